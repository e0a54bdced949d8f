"""The largest numbers that a call may give; the command line names the same ones."""

MOST_EPOCHS = 1_000_000  # a day of epochs of a tenth of a second: more is a slip of the hand
MOST_SEED = 2**32 - 1  # what NumPy and scikit-learn take, so that a seed is good everywhere
MOST_CLASSES = MOST_PLACES = 10_000_000  # as for a number within a text
MOST_FOLDS = 100  # each of them is a whole training
