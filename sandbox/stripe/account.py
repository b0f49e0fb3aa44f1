"""The account itself."""

from sandbox.stripe.errors import Obj
from sandbox.stripe.forms import Plain
from sandbox.stripe.world import World


def retrieve(world: World, _: Plain) -> Obj:
    return world.account
