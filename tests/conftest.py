"""One processor thread for each test process.

pytest runs as many processes as there are cores. With several threads each, a parallel section of
torch waits for a thread that has no core to run on: small networks then train thirty times
as slowly.
"""

import os

# Set before torch is imported, and handed on to the programs that tests start.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "SVERTKA_THREADS"):
    os.environ.setdefault(variable, "1")
