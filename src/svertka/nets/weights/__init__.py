"""Weights from elsewhere: which are known, how they come here, how they fit our nets."""
