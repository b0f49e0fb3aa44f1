"""Who is gone: only holders of this host whose process has ended."""

import os
import socket
import subprocess
import sys

from store.holders import gone, holder


def test_a_process_that_has_ended_is_gone_and_a_running_one_is_not() -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = f"{socket.gethostname()}:{other.pid}:3"
    assert not gone(name)
    other.communicate(b"\n")
    assert gone(name)


def test_a_predecessor_with_our_own_number_is_gone() -> None:
    assert gone(holder(0))
    assert gone(holder("a:b"))


def test_other_hosts_and_other_names_are_left_alone() -> None:
    assert not gone(f"elsewhere.{socket.gethostname()}:{os.getpid()}:0")
    assert not gone("a")
    assert not gone(f"{socket.gethostname()}:one:0")
