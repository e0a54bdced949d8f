"""Exercises without end: seeded tasks, every stage checked, every common mistake named."""
