"""Everything that the description of the language shows loads as it is printed, in a pack that fills in the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent, indent

import pytest

from assistant.flow.expression import Day, Number
from assistant.flow.load import Loaded, compile_sources, load
from assistant.flow.model import Pack
from assistant.flow.text import plain

PACK = """
# pack.yaml
title: Webex provisioning
language: en
owner: Collaboration support
start: where-is-the-mail            # offered first
otherwise: something-else           # where "none of these" leads; a warning if missing where several flows are offered
currency: USD
lists: {short_window: [a-flex, a-flex-3]}      # groups of values, named like facts in rules
"""

FLOW = """
title: Change the provisioning contact email
summary: The provisioning email must go to a different person.
source: [https://help.webex.com/article/WBX000028108]
reviewed: 2026-11-22
phrases:                            # how people say it
  - the provisioning email went to the wrong person

steps:                              # in the order they are met; the first is the start
  reason:
    ask: change_reason

  inbox:
    when: change_reason == 'missing'
    run: find-provisioning-email
    then: {found: set-up-now, else: next}

  onboarded:
    ask: onboarded
    then: {yes: finish-in-control-hub}

  access:
    ask: can_edit_order
    note: The order shows who submitted it.          # only agents see this
    then: {no: ask-order-placer}

  line:
    ask: line_status
    then: {other: ask-what-the-status-means, unsure: who-files}

  clock:
    when: line_status == 'awaiting' and change_reason != 'missing'
    ask: [offer, email_received_on]

  hurry:
    when: days_left >= 0 and days_left <= 3
    tell: The set-up must be finished by {{ deadline }}.

  edit-on-order:
    when: line_status == 'awaiting'
    try: |
      In CCW, on the line of the subscription:
      1. Click **Edit** beside the Provisioning Contact Email.
      2. Type the new address. For all lines of the order, tick **Apply to all lines**.
      3. Click **Save**, then **Done**.
    label: Edited the contact on the order line        # how the case names it
    also: {too-late: A message says that the order is onboarded}
    then: {worked: updated, too-late: finish-in-control-hub}

  edit-from-subscriptions:
    when: line_status == 'closed'
    try: |
      In CCW, on the order:
      1. In the message that provisioning is still pending, click **Click here**.
      2. On the Cloud/SaaS Subscriptions page, click **Edit** beside the Provisioning Contact Email.
      3. Type the new address and click **Save**.
    label: Edited the contact on the Cloud/SaaS Subscriptions page
    also: {too-late: A message says that the order is onboarded}
    then: {worked: updated, too-late: finish-in-control-hub}

  repair:
    run: fix-ccw-editing
    then: {fixed: updated, else: next}

  who-files:
    ask: role
    then: {partner: open-case, else: ask-order-placer}

outcomes:
  finish-in-control-hub:
    kind: action
    title: Finish the set-up in Control Hub
    tell:
      - The order is linked to an organization already, so its contact can no longer be changed.
      - |
        1. Sign in at <https://admin.webex.com> as the provisioning contact or an administrator.
        2. Complete the service set-up.
      - {when: known(deadline), tell: "Finish by {{ deadline }}."}

  ask-order-placer:
    kind: action
    title: Ask the person who placed the order
    needs: [order_number, new_email, order_placer_email]
    tell: Send the mail below.
    message:
      to: "{{ order_placer_email }}"
      subject: Please change the provisioning contact of order {{ order_number }}
      body: |
        Please change the provisioning contact to {{ new_email }}.

        {{ record }}

  # set-up-now, updated and ask-what-the-status-means stand in outcomes.yaml

  open-case:
    kind: case
    title: Open a case
    needs: [order_number, current_email, new_email]      # asked now if not known
    wants: [error_text, screenshots]                     # asked now, may be left empty
    case:
      portal: customer-service-hub
      subject: Change the provisioning contact of order {{ order_number }}
      fields: {Type of Request: Change Provisioning Contact Email}
"""

FACTS = """
# facts.yaml, or `facts:` in a flow
onboarded: {ask: "Has an organization been onboarded for this order in Control Hub?"}    # no type, no choices: yes-no
line_status:
  ask: What status does the order line show in CCW?
  help: Open the order in CCW. The status stands on the line of the subscription.
  choices: {awaiting: Awaiting Provisioning Details, closed: Closed, other: Another status}
  unsure: {tell: "On the order, scroll to the line; the status is in its last column."}  # or true; told, then asked once more
conflicts: {ask: "Which of these does it still have?", many: true, none: None of these, choices: {…}}
printer_code: {ask: "Which code does it show?", choices: printer-errors.csv}             # columns value, label, help, any others
new_email:
  ask: Which address should get the provisioning email?
  type: email
  refuse: {when: new_email == current_email, tell: That address is already on the order.}
policy_days: {value: 7 if offer in short_window else 30}                                 # computed where it is read, never asked
deadline: {value: email_received_on + policy_days, type: date}
code_fix: {value: "lookup(printer_code, 'fix')"}
"""  # noqa: E501

TESTS = """
today: 2026-11-22
usually: {onboarded: no, line_status: awaiting}        # used where a test gives no answer
tests:
  - name: Thirty days are over for another offer
    audience: agent                       # also lang
    facts: {role: partner}                # known before the first question
    answers:                              # by name (fact, step, or path); the same name again: the next time it is asked
      - email_received_on: 2026-12-01
        refused: That day is still to come.
      - email_received_on: 2026-10-20
      - device_network: {laptop: home, phone: guest}       # an `each`
      - repair/incognito: failed
      - change: {onboarded: yes}          # and `back`
        no_longer: [line_status]
    expect:                               # everything optional
      outcome: updated
      kind: solved
      passed: [overdue, edit-on-order]    # in this order, others may lie between
      not_passed: [hurry]
      asked: [offer]
      not_asked: [order_number]
      text: [ended on 19 November 2026]   # on the way or on the ending; no_text too
      case: {portal: …, subject: …, fields: {…}, tried: {failed: [clear-cache]}, text: […]}
      message: {to: …, text: […]}
"""

PORTALS = """
# portals.yaml
customer-service-hub:
  title: Customer Service Hub
  language: en                   # the case is written in it, whatever the conversation's (default: the pack's)
  url: https://www.cisco.com/go/cs
  for: Partners, distributors and Cisco sales
  way: |
    1. Sign in …
  fields: {Type of Request: {choices: [Change Provisioning Contact Email]}}
  other_fields: unknown          # then the rest is offered as notes to copy, and it says so
  attach: screenshots            # a fact of type files
"""

GLOSSARY = """
# glossary.yaml
PONR: {title: Point of No Return, tell: …, also: [point of no return]}
"""

# What the snippets leave out. ------------------------------------------------------------------------------------------

MORE_FACTS = """
change_reason: {ask: Why must it change, choices: {missing: It has not arrived, left: The contact has left}}
can_edit_order: {ask: "Can you edit this order in CCW?"}
offer: {ask: "Which offer was ordered?", choices: {a-flex: A-Flex, a-flex-3: A-Flex-3, other: Another}}
email_received_on: {ask: "When did it arrive?", type: date, min: 2020-01-01}
days_left: {value: days_until(deadline)}
order_number: {ask: "What is the order number?", type: text}
current_email: {ask: "Which address is on the order?", type: email}
order_placer_email: {ask: "Who placed the order?", type: email}
error_text: {ask: "What does the message say?", type: text}
screenshots: {ask: "Do you have screenshots?", type: files}
role: {ask: "What is your part?", choices: {partner: Partner, customer: Customer}}
"""

OUTCOMES = """
set-up-now: {kind: action, title: Set it up now}
updated: {kind: solved, title: The contact is changed}
ask-what-the-status-means: {kind: action, title: Ask what the status means}
"""

OTHER_FLOWS = {
    "find-provisioning-email.yaml": """
        title: Find the provisioning email
        steps:
          spam:
            try: Look in the spam folder.
            then: {worked: found, else: not-found}
        outcomes:
          found: {kind: exit}
          not-found: {kind: exit}
        """,
    "fix-ccw-editing.yaml": """
        title: Editing in CCW does not work
        steps:
          cache:
            try: Clear the cache.
            then: {worked: fixed, else: still-broken}
        outcomes:
          fixed: {kind: exit}
          still-broken: {kind: exit}
        """,
    "where-is-the-mail.yaml": """
        title: Where is the mail
        steps:
          spam:
            tell: Look in the spam folder.
            then: set-up-now
        """,
    "something-else.yaml": """
        title: Something else
        steps:
          placed:
            ask: order_placer_email
            then: updated
        """,
}
TABLE = "value,label,help,fix\ne1,Error 1,On the display,Switch it off and on\ne2,Error 2,,\n"


def written_pack(**changes: str) -> dict[str, str]:
    """The pack of the description, file by file."""
    facts = FACTS.replace("{…}", "{mail: Mail, calendar: Calendar}") + MORE_FACTS
    flows = {name: dedent(text) for name, text in OTHER_FLOWS.items()}
    return {
        "pack.yaml": PACK, "facts.yaml": facts, "outcomes.yaml": OUTCOMES, "portals.yaml": PORTALS,
        "glossary.yaml": GLOSSARY, "printer-errors.csv": TABLE, "change-contact.yaml": FLOW, **flows, **changes,
    }  # fmt: skip


def compiled(files: Mapping[str, str]) -> Loaded:
    return compile_sources({name: text.encode() for name, text in files.items()}, "webex")


def clean(files: Mapping[str, str]) -> Pack:
    """The pack, which must have no problem at all."""
    loaded = compiled(files)
    assert not loaded.problems, "\n".join(str(problem) for problem in loaded.problems)
    assert loaded.pack is not None
    return loaded.pack


def test_the_pack_of_the_description_has_no_problem() -> None:
    pack = clean(written_pack())
    assert pack.title == "Webex provisioning"
    assert (pack.start, pack.otherwise, pack.currency) == ("where-is-the-mail", "something-else", "USD")
    assert pack.glossary["PONR"].also == ("point of no return",)
    portal = pack.portals["customer-service-hub"]
    assert portal.fields["Type of Request"].choices == ("Change Provisioning Contact Email",)
    assert portal.other_fields_unknown
    assert portal.attach == "screenshots"


def test_the_flow_of_the_description_reads_as_it_is_printed() -> None:
    flow = clean(written_pack()).flows["change-contact"]
    assert list(flow.steps)[:4] == ["reason", "inbox", "onboarded", "access"]
    assert flow.steps["inbox"].then.answers == (("found", "set-up-now"),)
    assert flow.steps["clock"].facts == ("offer", "email_received_on")
    assert flow.steps["edit-on-order"].also == {"too-late": "A message says that the order is onboarded"}
    assert flow.outcomes["open-case"].wants == ("error_text", "screenshots")
    assert flow.outcomes["ask-order-placer"].message is not None
    assert flow.reviewed == "2026-11-22"
    assert flow.offered


def test_the_facts_of_the_description_have_the_types_that_it_tells() -> None:
    facts = clean(written_pack()).facts
    types = {name: fact.type for name, fact in facts.items()}
    assert types["onboarded"] == "yes-no"
    assert types["line_status"] == "choice"
    assert types["policy_days"] == "number"
    assert types["deadline"] == "date"
    assert types["code_fix"] == "text"
    assert facts["conflicts"].many
    assert facts["conflicts"].none == "None of these"
    assert facts["line_status"].unsure_tell is not None
    code = facts["printer_code"].choices[0]
    assert (code.value, code.label, plain(code.help.parts[0].blocks) if code.help else "") == (
        "e1", "Error 1", "On the display",
    )  # fmt: skip


def test_a_flow_may_hold_its_facts_itself_and_stand_alone(tmp_path: Path) -> None:
    flow = tmp_path / "alone.yaml"
    flow.write_text("title: Alone\nfacts:\n  onboarded: {ask: Onboarded}\nsteps:\n  onboarded:\n    then: done\n"
                    "outcomes:\n  done: {kind: solved, title: Done}\n")  # fmt: skip
    loaded = load(flow)
    assert loaded.pack is not None
    assert loaded.problems == ()
    assert loaded.pack.flows["alone"].steps["onboarded"].facts == ("onboarded",)


def test_tests_and_catalogues_are_no_flows(tmp_path: Path) -> None:
    for name, text in written_pack().items():
        (tmp_path / name).write_text(text)
    (tmp_path / "change-contact.test.yaml").write_text(TESTS)
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "ru.phrases.yaml").write_text("phrases: {change-contact: [письмо не пришло]}\n")
    loaded = load(tmp_path)
    assert loaded.problems == ()
    assert loaded.pack is not None
    assert not any("test" in flow or "phrases" in flow for flow in loaded.pack.flows)


# The inline forms ------------------------------------------------------------------------------------------------------

SMALL_FACTS = """
light: {ask: Is the light on, unsure: true}
pages: {ask: How many pages, type: number}
when_bought: {ask: When was it bought, type: date}
price: {ask: What did it cost, type: money}
users: {ask: Who is hit, many: true, none: Nobody, choices: {anna: Anna, ben: Ben}}
mail: {ask: Your address, type: email}
photos: {ask: Photos, type: files}
words: {ask: What does it say, type: text}
cable: {ask: Is the cable in}
ends_on: {value: "years(when_bought, 2)"}
"""

SMALL_OUTCOMES = """
done: {kind: solved, title: Done}
ring: {kind: action, title: Ring us}
"""

OTHER = """
title: Other
steps:
  tell:
    tell: Hello.
    then: {END}
outcomes:
  over: {kind: exit}
  out: {kind: exit}
  bought: {kind: action, title: Buy another}
"""


def with_step(step: str, *, rest: str = "", facts: str = "", outcome: str = "") -> Pack:
    """A pack with one flow, whose second step is `step`."""
    flow = (
        "title: Flow\nsteps:\n  first:\n    ask: [pages, when_bought, users, mail]\n  it:\n"
        + indent(dedent(step).strip("\n"), "    ")
        + f"\n{indent(dedent(rest), '  ')}\n  last:\n    ask: cable\n    then: {{yes: done, no: ring}}\n"
    )
    inner = OTHER.replace("then: {END}", "then: [{when: cable, then: over}, {when: light, then: out}, {else: bought}]")
    inner = inner.replace("  tell:\n", "  cable: {}\n  light: {}\n  tell:\n")
    return clean(
        {
            "pack.yaml": "title: Pack\notherwise: flow\nlists: {team: [anna, ben]}\n",
            "facts.yaml": SMALL_FACTS + dedent(facts),
            "outcomes.yaml": SMALL_OUTCOMES + dedent(outcome),
            "texts.yaml": "name: TEXT\nsteps_to_take: |\n  1. Press **On**, {{ pages }} times.\n  2. Wait.\n",
            "flow.yaml": flow,
            "other.yaml": inner,
            "codes.csv": "value,label,fix\ne1,Error 1,Restart\n",
        }
    )


STEPS = {
    "at_most with times and else": "try: Press it.\nat_most: {times: 3, else: ring}\nthen: {failed: it, else: next}",
    "then as one target": "tell: Hello.\nthen: last",
    "then as next": "tell: Hello.\nthen: next",
    "then by answer": "ask: light\nthen: {yes: done, no: last, unsure: ring}",
    "then by answer with else": "ask: light\nthen: {yes: done, else: next}",
    "then by rows": "ask: price\nthen: [{when: price > 100, then: done}, {else: next}]",
    "then by rows on lines": "ask: price\nthen:\n  - when: price > 100\n    then: done\n  - else: next",
    "none of several": "ask: users\nagain: true\nthen: {anna: done, none: ring}",
    "a form": "ask: [light, price]",
    "ask though known": "ask: pages\nagain: true",
    "a wait before an attempt": "try: Press it.\nwait: 2 minutes",
    "a wait before a text": "tell: It restarts.\nwait: 30 seconds",
    "an audience": "tell: Look at the ticket.\naudience: agent",
    "other results of an attempt": "try: Press it.\nalso: {too-late: It is too late}\nthen: {too-late: ring, else: next}",
    "an old name": "tell: Hello.\nwas: hello",
    "old names": "tell: Hello.\nwas: [hello, greeting]",
    "a source": "tell: Hello.\nsource: [https://example.com/a, https://example.com/b]",
    "a message": "tell: Send it.\nmessage: {to: Your IT administrator, subject: The printer, body: It is broken.}",
    "once per chosen value":
        "each: users\ntry: Clear the cache of {{ item }}.\nlabel: Cleared it for {{ item }}\nthen: last",
    "once per chosen value, asked": "each: users\nask: words",
    "once per chosen value, told": "each: users\ntell: Hello, {{ item }}.",
    "once per chosen value, run": "each: users\nrun: other\nthen: [{when: known(price), then: done}, {else: next}]",
    "a run that names its exits": "run: other\nthen: {over: last, out: ring}",
    "a run with else": "run: other\nthen: {over: last, else: next}",
    "a run that catches an ending": "run: other\nthen: {over: last, out: ring, bought: done}",
    "a run with a target": "run: other\nthen: last",
    "a run with rules": "run: other\nthen: [{when: pages > 3, then: done}, {else: next}]",
    "a junction": "then: [{when: pages > 3, then: done}, {else: last}]",
    "a text of several parts":
        "tell:\n  - Always.\n  - {when: known(pages), tell: \"{{ pages }} pages.\"}\n  - |\n    1. One\n    2. Two",
    "a part that depends on a deadline": 'tell: [{when: known(ends_on), tell: "Finish by {{ ends_on }}."}]',
    "a text of texts.yaml": "tell: |\n  First:\n\n    {{ texts.steps_to_take }}\n\n  Then {{ texts.name }}.",
    "a note for agents": "ask: price\nnote: The invoice shows it.",
    "visits": "try: Press it.\nthen: [{when: \"result('it') == 'failed' and visits('it') < 3\", then: it}, {else: next}]",
}  # fmt: skip


@pytest.mark.parametrize("form", STEPS)
def test_every_form_of_a_step_loads(form: str) -> None:
    with_step(STEPS[form])


FACT_FORMS = {
    "unsure as a flag": "x: {ask: What is it, unsure: true}",
    "unsure with a text": "x: {ask: What is it, unsure: {tell: It stands on the back.}}",
    "one refusal": "x: {ask: When, type: date, refuse: {when: x > today, tell: That day is still to come.}}",
    "several refusals":
        "x:\n  ask: When\n  type: date\n  refuse:\n    - {when: x > today, tell: That day is still to come.}\n"
        "    - when: x < '2001-01-01'\n      tell: That was too long ago.",
    "an old name": "x: {ask: What is it, was: y}",
    "old names": "x: {ask: What is it, was: [y, z]}",
    "an old name of a choice": "x: {ask: What is it, choices: {a: {label: A, was: b}}}",
    "a long choice":
        "x: {ask: What is it, choices: {a: {label: A, help: First, when: pages > 3, audience: agent, note: Rare}, b: B}}",
    "hints by choice": "x: {ask: Status, choices: {awaiting: Awaiting}, hints: {awaiting: [pending, not started]}}",
    "hints as a list": "x: {ask: What does it say, type: text, hints: [error, message]}",
    "limits as numbers": "x: {ask: How many, type: number, min: 1, max: 2.5}",
    "a limit below 0": "x: {ask: How much, type: money, min: -100}",
    "limits as dates": "x: {ask: When, type: date, min: 2020-01-31, max: 2030-12-31}",
    "limits as rules": "x: {ask: When, type: date, min: when_bought, max: today + 30}",
    "a limit that is computed": "x: {ask: How many, type: number, max: pages * 2}",
    "counts of choices": "x: {ask: Which, many: true, none: None, choices: {a: A, b: B}, min: 1, max: 2}",
    "counts of files": "x: {ask: Which, type: files, max: 3}",
    "a pattern": "x: {ask: Which number, type: text, pattern: '[0-9]{8}', example: \"81234567\"}",
    "sensitive": "x: {ask: The PIN, type: text, sensitive: true}",
    "an audience": "x: {ask: The ticket, type: text, audience: agent}",
    "words around a question": "x: {ask: What, help: On the back., why: We need it., label: It, note: Rare.}",
    "choices of a table": "x: {ask: Which code, choices: codes.csv}\nfix: {value: \"lookup(x, 'fix')\"}",
    "a cell by table and key": "fix: {value: \"lookup('codes.csv', words, 'fix')\"}",
    "an amount": "x: {value: price * 2, type: money}",
    "a number shown as money": "x: {value: pages * 2, type: money}",
    "rules with a list": "x: {value: \"only(users, team)\"}\ny: {value: \"'anna' in users\"}",
    "a source": "x: {ask: What is it, source: [https://example.com]}",
}  # fmt: skip


@pytest.mark.parametrize("form", FACT_FORMS)
def test_every_form_of_a_fact_loads(form: str) -> None:
    with_step("tell: Hello.", facts=FACT_FORMS[form])


def test_limits_that_are_written_out_are_data() -> None:
    written = "a: {ask: A, type: money, min: 0.50}\nb: {ask: B, type: date, max: 2026-11-22}"
    facts = with_step("tell: Hello.", facts=written).facts
    least, latest = facts["a"].min, facts["b"].max
    assert least is not None
    assert latest is not None
    assert least.expression == Number(Decimal("0.50"))
    assert latest.expression == Day(date(2026, 11, 22))


OUTCOME_FORMS = {
    "a message to words": "message: {to: Your IT administrator, subject: The printer, body: It is broken.}",
    "a message to nobody": "message: {subject: The printer, body: It is broken.}",
    "a message to a fact": 'needs: [mail]\nmessage: {to: "{{ mail }}", subject: The printer, body: "{{ record }}"}',
    "links": "links: [{title: Help, url: https://example.com/help}, {title: Mail, url: mailto:help@example.com}]",
    "a day to come back": "come_back: today + 14",
    "a computed day to come back": "come_back: ends_on",
    "related flows": "related: [flow]",
    "what is needed and wanted": "needs: [pages]\nwants: [photos, words]",
    "a note": "note: Rare.",
    "old names": "was: [fixed, finished]",
    "parts": "tell:\n  - One.\n  - {when: \"any_of(users, 'anna')\", tell: Two.}",
}  # fmt: skip


@pytest.mark.parametrize("form", OUTCOME_FORMS)
def test_every_form_of_an_outcome_loads(form: str) -> None:
    outcome = f"it-is:\n  kind: action\n  title: It is\n{indent(OUTCOME_FORMS[form], '  ')}\n"
    with_step("tell: Hello.\nthen: [{when: pages > 3, then: it-is}, {else: next}]", outcome=outcome)


KINDS = {
    "solved": "{kind: solved, title: It works}",
    "action": "{kind: action, title: Ring us}",
    "handoff": "{kind: handoff, title: Over to us, to: The help desk, hours: 9 to 5, tell: \"{{ record }}\"}",
    "case": "{kind: case, title: A case, case: {portal: hub, subject: It is broken, fields: {Model: \"{{ words }}\"}}}",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_outcome_loads(kind: str) -> None:
    files = {
        "portals.yaml": "hub: {title: Hub, fields: {Model: {choices: [A, B]}, Serial: }}\n",
        "flow.yaml": "title: F\nfacts:\n  words: {ask: Words, type: text}\nsteps:\n  words:\n    then: end\n"
        f"outcomes:\n  end: {KINDS[kind]}\n",
    }
    assert clean({"pack.yaml": "title: P\n", **files}).flows["flow"].outcomes["end"].kind == kind


def test_a_flow_says_what_it_was_called() -> None:
    files = {"pack.yaml": "title: P\n", "a.yaml": "title: A\nwas: [b, c]\nsteps:\n  s: {tell: Hello., then: end}\n"
             "outcomes:\n  end: {kind: solved, title: End}\n"}  # fmt: skip
    assert clean(files).flows["a"].was == ("b", "c")


def test_scalars_stay_as_they_are_written() -> None:
    facts = "zip: {ask: Zip, choices: {0012345: Here, no: Nowhere}}"
    pack = with_step("ask: zip\nthen: {0012345: done, else: next}", facts=facts)
    assert [choice.value for choice in pack.facts["zip"].choices] == ["0012345", "no"]
    assert pack.flows["flow"].steps["it"].then.answers == (("0012345", "done"),)


def test_other_spellings_load_with_a_hint() -> None:
    files = {"pack.yaml": "title: P\n", "MyFlow.yaml": "title: A\nfacts:\n  LightOn: {ask: Is it on}\nsteps:\n"
             "  first_step: {ask: LightOn, then: The_End}\noutcomes:\n  The_End: {kind: solved, title: End}\n"}  # fmt: skip
    loaded = compiled(files)
    assert loaded.pack is not None
    assert {problem.code for problem in loaded.problems} == {"F104"}
    assert {problem.severity for problem in loaded.problems} == {"hint"}


def test_the_flow_in_this_file_is_the_one_that_authors_read() -> None:
    """Eleven steps and three outcomes are printed."""
    assert len(re.findall(r"^  [a-z-]+:$", FLOW, re.M)) == 11 + 3
