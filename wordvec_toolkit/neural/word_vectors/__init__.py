"""Word vectors trained by gensim, and the files that only gensim reads."""
