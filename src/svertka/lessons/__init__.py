"""Experiments of the lectures, each a file built on public names only."""
