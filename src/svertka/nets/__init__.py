"""Networks: the catalogue of texts (no torch needed), and ``build``, which makes them modules."""
