"""Language models from counts.

Every model is a `language_model.LanguageModel`; `opening` opens their bundles.

==============================  ==================================================================
n-gram models                   `ngram_model`; `training` (from text to a model), `estimation`
                                (order by order), `adjusting` (links, adjusted counts), `pruning`
methods of smoothing            `smoothing` (what they share), `methods` (by name), `kneser_ney`,
                                `jelinek_mercer`, `count_methods` (all others); `discounts`
                                (from counts of counts), `discount_fitting` (for each order),
                                `held_out` (fitted to text)
mixtures                        `mixture`, `weights` (fitted by EM), `components` (their bundles),
                                `recipes`; what is mixed: `cache`, `factored` with `classes`
                                (skip-grams, class n-grams), `soft`, `adapted`
text and what comes next        `streams`, `reading` (text for a model), `prompts`,
                                `prediction`, `sampling`
ARPA files                      `arpa` and the modules `arpa_...` behind it
==============================  ==================================================================
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
