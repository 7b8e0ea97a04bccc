"""Loading a pack: from a folder (or a flow file) to compiled, checked data, or to every problem in it at once.

Owns the order in which things are read: files, then names, then facts, outcomes and flows, then where the steps lead.
How each of these is read stands in the modules beside this one; how compiled packs are kept, in `flow.cache`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from assistant.flow.computed import Computed
from assistant.flow.facts import FactReader, check_name, declare, read_table, title_text
from assistant.flow.fields import Fields, SourceFile, read_text
from assistant.flow.files import RESERVED_FILES, digest_of, file_digest, pack_root, source_files
from assistant.flow.flows import FlowReader
from assistant.flow.model import Fact, Flow, Outcome, Pack, Portal, PortalField, Table, Term
from assistant.flow.nodes import Mapping, Node, Scalar
from assistant.flow.outcomes import OutcomeReader, World, check_url
from assistant.flow.problem import Problem, Problems, near
from assistant.flow.scan import Scan
from assistant.flow.scope import Scope, Vocabulary
from assistant.flow.settled import check_settled
from assistant.flow.source import decode, parse, read_file
from assistant.flow.types import Declared, Type, fact_type, type_of
from assistant.flow.ways import check_flow, check_runs

__all__ = ["RESERVED_FILES", "Loaded", "compile_sources", "load", "pack_root", "source_files"]

PACK_KEYS = ("title", "language", "owner", "start", "otherwise", "currency", "lists", "source")
_UNKNOWN_NAME = ("F201", "F202", "F203", "F204", "F211", "F302", "F319", "F422", "F502", "F505")


class Loaded(NamedTuple):
    """What came of loading: `pack` is `None` where a problem is an error."""

    pack: Pack | None
    problems: tuple[Problem, ...]


def load(path: Path) -> Loaded:
    """Read and check the pack at `path` (its folder, or one of its flow files).

    Returns:
        The pack, where there is no error, and every problem of it.
    """
    root = pack_root(path)
    problems = Problems()
    sources: dict[str, bytes] = {}
    if not os.path.exists(path):
        problems.report("F001", str(path), (1, 1), reason="there is no such file or folder")
        return Loaded(None, problems.all())
    if root.is_dir() and not (root / "pack.yaml").is_file():
        problems.report("F001", "pack.yaml", (1, 1), reason="there is no such file, and no folder is a pack without it")
    files = source_files(root)
    for name, file in files.items():
        data = read_file(file, name, problems)
        if data is not None:
            sources[name] = data
    return compile_sources(sources, root.stem if root.is_file() else root.absolute().name, problems)


def compile_sources(sources: dict[str, bytes], pack_id: str, problems: Problems | None = None) -> Loaded:
    """Compile sources that were read already.

    Args:
        sources: path inside the pack to bytes.
        pack_id: what the pack is called.
        problems: problems that reading them had already.
    """
    problems = problems if problems is not None else Problems()
    with _no_collection():
        return _loaded(sources, pack_id, problems)


def _loaded(sources: dict[str, bytes], pack_id: str, problems: Problems) -> Loaded:
    loader = _Loader(sources, pack_id, problems)
    pack = loader.load()
    found = problems.all()
    if loader.broken:
        found = tuple(problem for problem in found if not loader.follows(problem))
    return Loaded(None if problems.has_errors else pack, found)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Loading makes many small objects and drops few: looking for garbage meanwhile takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Loader:
    def __init__(self, sources: dict[str, bytes], pack_id: str, problems: Problems) -> None:
        self.problems = problems
        self.id = pack_id
        self.digest = digest_of({name: file_digest(data) for name, data in sources.items()})
        self.texts: dict[str, str] = {}
        self.files: dict[str, SourceFile] = {}
        self.roots: dict[str, Node] = {}
        self.tables: dict[str, Table] = {}
        self.broken: set[str] = set()  # the words of files that can't be read: any of them may be a name
        self.lists: dict[str, tuple[str, ...]] = {}
        self.facts: dict[str, tuple[SourceFile, Scalar, Node]] = {}
        self.declared: dict[str, Declared] = {}
        self.computed = Computed(self.facts, self.declared, self.fact_scope, problems)
        self.read(sources)

    def read(self, sources: dict[str, bytes]) -> None:
        for name, data in sources.items():
            text = decode(data, name, self.problems)
            if text is None:
                self.broken.update((name, *_names_in(name, data.decode(errors="replace"))))
                continue
            file = SourceFile(name, text, self.problems, self.texts)
            if name.endswith(".csv"):
                table = read_table(file)
                if table is not None:
                    self.tables[name] = table
                continue
            root = parse(text, name, self.problems)
            if root is None:
                self.broken.update(_names_in(name, text))
            if root is not None and not isinstance(root, Mapping):
                file.report("F103", root, wanted="a file of a pack is keys with values", found="something else")
                continue
            self.files[name] = file
            if isinstance(root, Mapping):
                self.roots[name] = root

    def follows(self, problem: Problem) -> bool:
        """Whether a problem only follows from another: a name that is unknown because its file can't be read."""
        return problem.code in _UNKNOWN_NAME and problem.arguments.get("name") in self.broken

    def top(self, name: str) -> Mapping | None:
        node = self.roots.get(name)
        return node if isinstance(node, Mapping) else None

    def load(self) -> Pack:
        flows = self.flow_roots()
        pack_node = self.top("pack.yaml")
        pack_fields = None
        if pack_node is not None:
            pack_fields = Fields(self.files["pack.yaml"], pack_node, "a pack", PACK_KEYS)
            pack_fields.require("title")
            self.read_lists(pack_fields)
        self.read_texts()
        self.declare_facts(flows)
        scan = Scan(flows, self.top("outcomes.yaml"))
        for name, items in scan.per_item.items():
            if name in self.declared:
                declared = self.declared[name]
                self.declared[name] = msgspec.structs.replace(declared, per_item=bool(items), plainly=name in scan.plainly)
        vocabulary = Vocabulary(self.declared, self.lists, self.tables, self.computed.type_of)
        self.vocabulary = vocabulary
        self.scan = scan
        facts = {name: fact for name in self.facts if (fact := self.read_fact(name)) is not None}
        portals = self.read_portals(vocabulary)
        titles = {flow: _title(node, flow) for flow, (_, node) in flows.items()}
        world = World(vocabulary, facts, {}, portals, frozenset(flows), titles, scan.ends, frozenset(scan.run_per_item))
        world.outcomes.update(self.read_outcomes(world))
        compiled = {flow: FlowReader(file, world, flow).read(node) for flow, (file, node) in flows.items()}
        check_runs(compiled, self.problems)
        for flow in compiled.values():
            graph = check_flow(flow, compiled, facts, world.outcomes, scan.ends, self.problems)
            if graph is not None and not self.problems.has_errors:
                check_settled(flow, compiled, facts, graph, self.problems)
        if pack_fields is not None:
            self.check_entry(pack_fields, compiled)
        return Pack(
            id=self.id,
            title=pack_fields.word("title", self.id) if pack_fields else next(iter(titles.values()), self.id),
            flows=compiled,
            digest=self.digest,
            language=pack_fields.word("language", "en") if pack_fields else "en",
            owner=pack_fields.word("owner") if pack_fields else "",
            start=pack_fields.word("start") if pack_fields else "",
            otherwise=pack_fields.word("otherwise") if pack_fields else "",
            currency=pack_fields.word("currency", "USD") if pack_fields else "USD",
            facts=facts,
            outcomes=world.outcomes,
            portals=portals,
            glossary=self.read_glossary(vocabulary),
            tables=self.tables,
            titles=titles,
        )

    def flow_roots(self) -> dict[str, tuple[SourceFile, Mapping]]:
        """Every flow of the pack: its id is the stem of its file."""
        flows: dict[str, tuple[SourceFile, Mapping]] = {}
        for name, node in self.roots.items():
            stem = _stem(name)
            if name in RESERVED_FILES or not isinstance(node, Mapping):
                continue
            key = Scalar(stem, (1, 1))
            check_name(self.files[name], key, "a flow")
            if f"{stem}.yaml" in RESERVED_FILES:
                self.files[name].report("F123", key, name=f"{stem}.yaml")
                continue
            if stem in flows:
                self.files[name].report("F212", key, name=stem, other=flows[stem][0].path)
                continue
            flows[stem] = (self.files[name], node)
        return flows

    def check_entry(self, fields: Fields, flows: dict[str, Flow]) -> None:
        for key in ("start", "otherwise"):
            node = fields.scalar(key)
            if node is not None and node.value not in flows:
                fields.file.report("F203", node, name=node.value, near=near(node.value, flows))
        if sum(flow.offered for flow in flows.values()) > 1 and not fields.has("otherwise"):
            fields.file.report("F424", fields.node)

    def read_lists(self, fields: Fields) -> None:
        node = fields.mapping("lists")
        if node is None:
            return
        inner = Fields(fields.file, node, "`lists`", node.keys)
        for key in node.keys.values():
            check_name(fields.file, key, "a list", snake=True)
            self.lists[key.value] = inner.words(key.value)

    def read_texts(self) -> None:
        node = self.top("texts.yaml")
        if node is None:
            return
        file = self.files["texts.yaml"]
        fields = Fields(file, node, "`texts.yaml`", node.keys)
        for key in node.keys:
            text = fields.word(key)
            if "texts." in text:
                file.report("F507", node.values[key])
            self.texts[key] = text

    def declare_facts(self, flows: dict[str, tuple[SourceFile, Mapping]]) -> None:
        places = [(self.files["facts.yaml"], top)] if (top := self.top("facts.yaml")) is not None else []
        for file, node in flows.values():
            own = node.get("facts")
            if isinstance(own, Mapping):
                places.append((file, own))
            elif own is not None:
                file.report("F103", own, wanted="`facts` takes the facts by name", found="something else")
        for file, node in places:
            for key, value in node.items():
                if key.value in self.lists:
                    file.report("F207", key, name=key.value, other="`lists` of pack.yaml")
                if key.value in self.facts:
                    other_file, other_key, other = self.facts[key.value]
                    if not same(other, value):
                        place = f"{other_file.path}:{other_key.at[0]}"
                        file.report("F207", key, name=key.value, other=place)
                    continue
                declared = declare(file, key, value, self.tables)
                if declared is None:
                    file.report("F103", value, wanted="a fact takes `ask` (or `value`) and so on", found="a text")
                    continue
                self.facts[key.value] = (file, key, value)
                self.declared[key.value] = declared

    def fact_scope(self, name: str) -> Scope:
        """Where the rules of a fact stand: `item` is that of the steps that ask it per item; computed facts may read any."""
        file = self.facts[name][0]
        if self.declared[name].type is None:
            return Scope(file.path, self.vocabulary, item=Type("choice"), in_item=True)
        around = [self.declared[other] for other in sorted(self.scan.per_item.get(name, ())) if other in self.declared]
        if not around:
            return Scope(file.path, self.vocabulary)
        values = [one.values for one in around]
        union = None if any(one is None for one in values) else frozenset().union(*(one or () for one in values))
        return Scope(file.path, self.vocabulary, item=Type("choice", union), item_table=around[0].table, in_item=True)

    def read_fact(self, name: str) -> Fact | None:
        file, key, node = self.facts[name]
        declared = self.declared[name]
        kind = self.computed.type_of(name) if declared.type is None else type_of(declared)
        rule = self.computed.rule_of(name) if declared.type is None else None
        reader = FactReader(file, self.tables)
        shown = fact_type(kind.kind) if declared.type is None and kind is not None else (declared.type or "text")
        return reader.read(key, node, declared, self.fact_scope(name), rule, shown)

    def read_outcomes(self, world: World) -> dict[str, Outcome]:
        node = self.top("outcomes.yaml")
        if node is None:
            return {}
        reader = OutcomeReader(self.files["outcomes.yaml"], world)
        read = {key.value: reader.read(key, value) for key, value in node.items()}
        return {name: outcome for name, outcome in read.items() if outcome is not None}

    def read_portals(self, vocabulary: Vocabulary) -> dict[str, Portal]:
        node = self.top("portals.yaml")
        if node is None:
            return {}
        file = self.files["portals.yaml"]
        found = {}
        for key, value in node.items():
            check_name(file, key, "a portal")
            if not isinstance(value, Mapping):
                file.report("F103", value, wanted="a portal takes `title`, `fields` and so on", found="a text")
                continue
            keys = ("title", "language", "url", "for", "way", "fields", "other_fields", "attach")
            fields = Fields(file, value, "a portal", keys)
            fields.require("title")
            check_url(fields, "url")
            attach = fields.scalar("attach")
            if attach is not None and self.declared.get(attach.value, Declared("", None)).type != "files":
                files = [name for name, one in self.declared.items() if one.type == "files"]
                file.report("F202", attach, name=attach.value, near=near(attach.value, files))
            found[key.value] = Portal(
                id=key.value,
                title=fields.word("title", key.value),
                language=fields.word("language"),
                url=fields.word("url"),
                audience=fields.word("for"),
                way=fields.text("way", Scope(file.path, vocabulary)),
                fields=self.portal_fields(fields),
                other_fields_unknown=fields.one_of("other_fields", ("unknown", "none")) == "unknown",
                attach=attach.value if attach is not None else "",
            )
        return found

    def portal_fields(self, fields: Fields) -> dict[str, PortalField]:
        node = fields.mapping("fields")
        if node is None:
            return {}
        found = {}
        for key, value in node.items():
            choices: tuple[str, ...] = ()
            if isinstance(value, Mapping):
                choices = Fields(fields.file, value, "a field of a portal", ("choices",)).words("choices")
            elif not (isinstance(value, Scalar) and value.empty):
                fields.kind(value, "a field takes {choices: [...]} or nothing")
            found[key.value] = PortalField(key.value, choices)
        return found

    def read_glossary(self, vocabulary: Vocabulary) -> dict[str, Term]:
        node = self.top("glossary.yaml")
        if node is None:
            return {}
        file = self.files["glossary.yaml"]
        found = {}
        for key, value in node.items():
            if not isinstance(value, Mapping):
                file.report("F103", value, wanted="a term takes `title` and `tell`", found="a text")
                continue
            fields = Fields(file, value, "a term", ("title", "tell", "also"))
            fields.require("tell")
            tell = fields.get("tell")
            text = read_text(file, tell, Scope(file.path, vocabulary)) if tell is not None else title_text(key.value)
            found[key.value] = Term(key.value, fields.word("title", key.value), text, fields.words("also"))
        return found


def same(first: Node, second: Node) -> bool:
    """Whether two nodes say the same, wherever they stand."""
    if isinstance(first, Scalar) and isinstance(second, Scalar):
        return first.value == second.value
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return list(first.keys) == list(second.keys) and all(
            same(value, second.values[name]) for name, value in first.values.items()
        )
    items, others = getattr(first, "items", None), getattr(second, "items", None)
    if isinstance(items, list) and isinstance(others, list):
        return len(items) == len(others) and all(map(same, items, others))
    return False


def _names_in(file: str, text: str) -> set[str]:
    """All that may be a name in a file that can't be read, the flow's own one too."""
    return {_stem(file), *re.findall(r"[\w-]+", text)}


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".yaml")


def _title(node: Mapping, flow: str) -> str:
    title = node.get("title")
    return title.value if isinstance(title, Scalar) else flow
