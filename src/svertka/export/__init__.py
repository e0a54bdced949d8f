"""A net in other forms: plain source, diagrams. Texts out, no framework needed."""
