"""The mind: one question of one person in, one checked reply out.

Promises that the reply states no figure that nothing vouches for, that a run is bounded, and that what was said and
done is appended to the thread's history at once, at the end. Importing this module is slow (langchain): load it after
Slack is connected. Posting, cards and storage are left to others.
"""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langsmith import tracing_context

from agent.caller import Caller
from agent.conversation import History, Turn
from agent.messages import CODE, from_turns, tool_turns, vouching
from agent.middleware import exact_calls, fallback, guard, went_offline
from agent.model import choose_model
from agent.offline import OfflineModel
from agent.periods import months, shift
from agent.prompt import prompt
from agent.reply import Reply, sanitise, unvouched, with_people
from agent.step import Step
from agent.typed import listed, typed
from billing.desk import Desk
from settings import Settings
from tools.card import Card
from tools.hands import hands

MODEL_CALLS = 8
TOOL_CALLS = 12
TOO_LONG = "That takes more steps than I allow myself for one answer. Please ask for less at once."
SPEECHLESS = "I could not put this into words without a figure that I cannot vouch for, so I leave it out."
SEE_CARD = " What the books say is below."
ASK_AGAIN = " Please ask again, naming the customer and the month."

OnStep = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Mind:
    """Made by `build`. Threads may share it; asking one question at a time in a Slack thread is the caller's duty."""

    graph: Any
    desk: Desk
    settings: Settings
    history: History
    titles: dict[str, str]
    has_model: bool

    def answer(self, caller: Caller, thread: str, text: str, on_step: OnStep) -> Reply:
        """Answer `text`, telling each step as it begins and ends. `thread` is the key under which history is kept."""
        question = html.unescape(text)
        asked = [*from_turns(self.history.load(thread)), HumanMessage(question, name=caller.user_id)]
        figures = typed(vouching([message for message in asked if isinstance(message, HumanMessage)]))
        caller = replace(caller, figures=figures)
        briefed = [SystemMessage(self._briefing(question, listed(figures))), *asked]
        fresh = self._run(briefed, caller, on_step)
        wrong = unvouched(_last_words(fresh), vouching([*asked, *fresh]))
        if wrong:
            again = HumanMessage(prompt("unvouched", figures=", ".join(wrong)), name=CODE)
            fresh += self._run([*briefed, *fresh, again], caller, on_step)
        reply = self._reply(fresh, vouching([*asked, *fresh]))
        said = Turn("person", caller.user_id, question)
        self.history.append(thread, [said, *tool_turns(fresh), Turn("ari", "ari", reply.text)])
        return reply

    def _run(self, said: Sequence[BaseMessage], caller: Caller, on_step: OnStep) -> list[BaseMessage]:
        """The messages that one run of the graph adds."""
        fresh: list[BaseMessage] = []
        run = self.graph.stream({"messages": list(said)}, context=caller, stream_mode="updates")
        try:
            with tracing_context(enabled=False):
                for update in run:
                    added = [message for node in update.values() if node for message in node.get("messages", [])]
                    fresh += added
                    self._tell(added, on_step)
        except ModelCallLimitExceededError:
            fresh.append(AIMessage(TOO_LONG))
        return fresh

    def _tell(self, added: Sequence[BaseMessage], on_step: OnStep) -> None:
        for message in added:
            if isinstance(message, ToolMessage):
                failed = message.status == "error"
                on_step(Step(message.tool_call_id, self._title(message.name), "failed" if failed else "done"))
            elif isinstance(message, AIMessage):
                for call in message.tool_calls:
                    on_step(Step(str(call["id"]), self._title(call["name"]), "running"))

    def _title(self, tool: str | None) -> str:
        return self.titles.get(tool or "", "Looking something up")

    def _briefing(self, question: str, figures: str) -> str:
        now = self.desk.clock.now().astimezone(self.settings.zone)
        return prompt(
            "system", company=self.settings.file.company.name, today=f"{now:%Y-%m-%d}", weekday=f"{now:%A}",
            this_month=shift(now.date(), 0), last_month=shift(now.date(), -1), meant=_meant(question, now, figures),
        )  # fmt: skip

    def _reply(self, fresh: Sequence[BaseMessage], allowed: Sequence[str]) -> Reply:
        cards = tuple(_cards(fresh))
        text = _last_words(fresh)
        if not text or unvouched(text, allowed):
            text = SPEECHLESS + (SEE_CARD if cards else ASK_AGAIN)
        return Reply(with_people(text, allowed), cards, limited=self.has_model and went_offline(fresh))


def build(desk: Desk, settings: Settings, history: History, model: BaseChatModel | None = None) -> Mind:
    """A mind over one desk. `model` is the configured one unless given. Raises SettingsError."""
    tools = hands(desk)
    chosen = model or choose_model(settings)
    middleware: list[Any] = [
        ModelCallLimitMiddleware(run_limit=MODEL_CALLS, exit_behavior="error"),
        ToolCallLimitMiddleware(run_limit=TOOL_CALLS),
        fallback(OfflineModel()),
        exact_calls,
        guard,
    ]
    graph = create_agent(chosen, tools, middleware=middleware, context_schema=Caller)
    titles = {tool.name: str((tool.metadata or {})["step"]) for tool in tools}
    return Mind(graph, desk, settings, history, titles, has_model=not isinstance(chosen, OfflineModel))


def _meant(question: str, now: datetime, figures: str) -> str:
    found = months(question, now.date())
    named = f"The months in the last message, in order: {', '.join(found)}." if found else ""
    return f"{named} Figures that people typed: {figures}.".strip() if figures else named


def _last_words(fresh: Sequence[BaseMessage]) -> str:
    """The sanitised text of the last message, empty when the run ended without one."""
    last = fresh[-1] if fresh else None
    return sanitise(str(last.text)) if isinstance(last, AIMessage) and not last.tool_calls else ""


def _cards(fresh: Sequence[BaseMessage]) -> list[Card]:
    """Each card once, as last computed. A statement looked up on the way to an explanation stays out."""
    made = [message.artifact for message in fresh if isinstance(message, ToolMessage) and message.artifact]
    cards = list({(card.kind, tuple(card.ids.items())): card for card in made}.values())
    explained = any(card.kind == "explanation" for card in cards)
    return [card for card in cards if not (explained and card.kind == "statement")]
