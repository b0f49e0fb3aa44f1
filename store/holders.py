"""Who holds a lease: names of host, process and part, from which the next process on that host sees whose holder died.

Promises that `gone` is said of nobody who may still be at work. Leaves out other hosts: their leases have to run out.
"""

import os
import socket


def holder(part: object) -> str:
    """A name for a thread, or for one piece of work, of this process."""
    return f"{socket.gethostname()}:{os.getpid()}:{part}"


def gone(name: str) -> bool:
    """Whether that holder belonged to a process of this host that has ended. To be asked before any of our own holds
    something: our own process number is then a predecessor's, as in a container every process gets the same one."""
    host, _, rest = name.partition(":")
    pid = rest.partition(":")[0]
    return host == socket.gethostname() and pid.isdigit() and (int(pid) == os.getpid() or not _runs(int(pid)))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as problem:  # a process of another user runs, though it may not be signalled
        return not isinstance(problem, ProcessLookupError)
    return True
