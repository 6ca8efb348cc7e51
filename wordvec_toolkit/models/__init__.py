"""Kinds of models, how each is built in a workspace, and how each is opened."""
