"""Walking through Block Kit: the interactive elements inside blocks, and the ids that Slack gives to what has none."""

import copy
from collections.abc import Iterator

from sandbox.slack.ids import new_id
from sandbox.slack.records import Json

# element type -> (the key of its value, the key of its initial value, the value of an untouched one)
STATEFUL: dict[str, tuple[str, str, object]] = {
    "channels_select": ("selected_channel", "initial_channel", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "datepicker": ("selected_date", "initial_date", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "email_text_input": ("value", "initial_value", None),
    "external_select": ("selected_option", "initial_option", None),
    "file_input": ("files", "initial_files", []),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_users_select": ("selected_users", "initial_users", []),
    "number_input": ("value", "initial_value", None),
    "plain_text_input": ("value", "initial_value", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "timepicker": ("selected_time", "initial_time", None),
    "url_text_input": ("value", "initial_value", None),
    "users_select": ("selected_user", "initial_user", None),
}
STATELESS = frozenset({"button", "overflow", "feedback_buttons", "icon_button", "workflow_button"})


def all_blocks(blocks: list[Json]) -> Iterator[Json]:
    """The blocks and those inside containers and carousels, outer ones first."""
    for block in blocks:
        yield block
        yield from all_blocks(block.get("child_blocks", []))
        if block.get("type") == "carousel":
            yield from all_blocks(block.get("elements", []))


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element together with the block it stands in."""
    for block in all_blocks(blocks):
        inside = [*block.get("elements", []), *block.get("actions", [])]
        inside += [block[key] for key in ("accessory", "element") if block.get(key)]
        for element in inside:
            if element.get("type") in STATEFUL or element.get("type") in STATELESS:
                yield block, element


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json] | None:
    """The block and element of that action id; `block_id` decides when several blocks use the same one."""
    for block, element in elements(blocks):
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
            return block, element
    return None


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    blocks = copy.deepcopy(blocks)
    for block in all_blocks(blocks):
        block["block_id"] = block.get("block_id") or new_id("", 5)
    for _, element in elements(blocks):
        element["action_id"] = element.get("action_id") or new_id("", 5)
    return blocks
