"""The same work by other libraries: see ``benchmarks/bench_peers.py``."""
