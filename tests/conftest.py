"""One processor thread for each test process.

pytest runs as many processes as there are cores. With several threads each, a parallel section of
torch waits for a thread that has no core to run on: small networks then train thirty times
as slowly.
"""

import os
import signal

from hypothesis import settings

# Set before torch is imported, and handed on to the programs that tests start.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "SVERTKA_THREADS"):
    os.environ.setdefault(variable, "1")

# A shell ignores Ctrl-C for what it starts in the background; the programs under test must not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more about the machine than about the code.
settings.register_profile("svertka", deadline=None)
settings.load_profile("svertka")
