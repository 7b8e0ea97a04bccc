"""Loading a pack: from a folder (or a flow file) to compiled, checked data, or to every problem in it at once.

Owns the order in which things are read: files, then names, then facts, outcomes and flows, then where the steps lead.
How each of these is read stands in the modules beside this one; how compiled packs are kept, in `flow.cache`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from assistant.flow.facts import FactReader, check_name, declare, read_table, title_text
from assistant.flow.fields import Fields, SourceFile, read_text
from assistant.flow.flows import FlowReader, OutcomeReader, World, check_url
from assistant.flow.model import Fact, Flow, Outcome, Pack, Portal, PortalField, Table, Term
from assistant.flow.problem import Problem, Problems, near
from assistant.flow.rules import Scope, Vocabulary, compile_rule
from assistant.flow.scan import Scan
from assistant.flow.source import Mapping, Node, Scalar, decode, parse, read_file
from assistant.flow.types import ANY, DATE, MONEY, NUMBER, Declared, Type, fact_type, type_of
from assistant.flow.ways import check_flow, check_runs

RESERVED_FILES = ("pack.yaml", "facts.yaml", "outcomes.yaml", "portals.yaml", "glossary.yaml", "texts.yaml")
PACK_KEYS = ("title", "language", "owner", "start", "otherwise", "currency", "lists", "source")
MAX_COMPUTED_DEPTH = 20


class LoadError(Exception):
    """A pack that can't be used. `problems` says why, all of it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Loaded(NamedTuple):
    """What came of loading: `pack` is `None` where a problem is an error."""

    pack: Pack | None
    problems: tuple[Problem, ...]


def pack_root(path: Path) -> Path:
    """The pack of a flow file (the nearest folder above it with a `pack.yaml`, else the file alone), or the folder."""
    if path.is_dir():
        return path
    return next((folder for folder in path.absolute().parents if (folder / "pack.yaml").is_file()), path)


def source_files(root: Path) -> dict[str, Path]:
    """The files that make up a pack, by their path inside it, in a fixed order. Flow tests and catalogues don't count."""
    if not root.is_dir():
        return {root.name: root}
    found = {}
    for file in sorted((*root.rglob("*.yaml"), *root.rglob("*.csv"))):
        parts = file.relative_to(root).parts
        hidden = any(part.startswith(".") or part == "locale" for part in parts)
        if not hidden and not file.name.endswith(".test.yaml"):
            found["/".join(parts)] = file
    return found


def load(path: Path) -> Loaded:
    """Read and check the pack at `path` (its folder, or one of its flow files).

    Returns:
        The pack, where there is no error, and every problem of it.
    """
    root = pack_root(path)
    problems = Problems()
    sources: dict[str, bytes] = {}
    if not path.exists():
        problems.report("F001", str(path), (1, 1), reason="there is no such file or folder")
        return Loaded(None, problems.all())
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
    loader = _Loader(sources, pack_id, problems)
    pack = loader.load()
    return Loaded(None if problems.has_errors else pack, problems.all())


def digest_of(digests: dict[str, str]) -> str:
    """One digest for a pack, from those of its files."""
    whole = hashlib.sha256()
    for name in sorted(digests):
        whole.update(f"{name}\0{digests[name]}\n".encode(errors="surrogateescape"))
    return whole.hexdigest()


def file_digest(data: bytes) -> str:
    """The digest of one file."""
    return hashlib.sha256(data).hexdigest()


class _Loader:
    def __init__(self, sources: dict[str, bytes], pack_id: str, problems: Problems) -> None:
        self.problems = problems
        self.id = pack_id
        self.digest = digest_of({name: file_digest(data) for name, data in sources.items()})
        self.texts: dict[str, str] = {}
        self.files: dict[str, SourceFile] = {}
        self.roots: dict[str, Node] = {}
        self.tables: dict[str, Table] = {}
        self.lists: dict[str, tuple[str, ...]] = {}
        self.facts: dict[str, tuple[SourceFile, Scalar, Node]] = {}
        self.declared: dict[str, Declared] = {}
        self.computed: dict[str, tuple[object, Type] | None] = {}
        self.open: list[str] = []  # computed facts whose rules are being read, to find circles
        self.read(sources)

    def read(self, sources: dict[str, bytes]) -> None:
        for name, data in sources.items():
            text = decode(data, name, self.problems)
            if text is None:
                continue
            file = SourceFile(name, text, self.problems, self.texts)
            if name.endswith(".csv"):
                table = read_table(file)
                if table is not None:
                    self.tables[name] = table
                continue
            root = parse(text, name, self.problems)
            if root is not None and not isinstance(root, Mapping):
                file.report("F103", root, wanted="a file of a pack is keys with values", found="something else")
                continue
            self.files[name] = file
            if isinstance(root, Mapping):
                self.roots[name] = root

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
                self.declared[name] = msgspec.structs.replace(
                    declared, per_item=bool(items), plainly=name in scan.plainly
                )
        vocabulary = Vocabulary(self.declared, self.lists, self.tables, self.type_of_computed)
        self.vocabulary = vocabulary
        self.scan = scan
        facts = {name: fact for name in self.facts if (fact := self.read_fact(name)) is not None}
        portals = self.read_portals(vocabulary)
        titles = {flow: _title(node, flow) for flow, (_, node) in flows.items()}
        world = World(
            vocabulary, facts, {}, portals, frozenset(flows), titles, scan.ends, frozenset(scan.run_per_item)
        )
        world.outcomes.update(self.read_outcomes(world))
        compiled = {flow: FlowReader(file, world, flow).read(node) for flow, (file, node) in flows.items()}
        check_runs(compiled, self.problems)
        for flow in compiled.values():
            check_flow(flow, compiled, facts, world.outcomes, scan.ends, self.problems)
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
            stem = name.rpartition("/")[2].removesuffix(".yaml")
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
            return Scope(file.path, self.vocabulary, item=ANY, in_item=True)
        around = [self.declared[other] for other in sorted(self.scan.per_item.get(name, ())) if other in self.declared]
        if not around:
            return Scope(file.path, self.vocabulary)
        values = [one.values for one in around]
        union = None if any(one is None for one in values) else frozenset().union(*(one or () for one in values))
        return Scope(
            file.path, self.vocabulary, item=Type("choice", union), item_table=around[0].table, in_item=True
        )

    def type_of_computed(self, name: str) -> Type | None:
        """The type of a computed fact, from its rule; circles are found here."""
        if name in self.computed:
            compiled = self.computed[name]
            return compiled[1] if compiled is not None else None
        file, key, node = self.facts[name]
        if name in self.open or len(self.open) >= MAX_COMPUTED_DEPTH:
            circle = " → ".join([*self.open[self.open.index(name) :], name]) if name in self.open else "…"
            file.report("F309", key, name=name, circle=circle)
            return None
        assert isinstance(node, Mapping)
        rule = node.values["value"]
        if not isinstance(rule, Scalar) or rule.empty:
            file.report("F103", rule, wanted="`value` takes a rule", found="something else")
            self.computed[name] = None
            return None
        self.open.append(name)
        self.computed[name] = compile_rule(rule, self.fact_scope(name), self.problems, want=None)
        self.open.pop()
        compiled = self.computed[name]
        if compiled is None:
            return None
        kind = compiled[1]
        written = node.values.get("type")
        if isinstance(written, Scalar):
            wanted = {"date": DATE, "money": MONEY, "number": NUMBER}.get(written.value)
            if wanted is not None and kind.kind != wanted.kind:
                if {kind.kind, wanted.kind} <= {"number", "money"} or kind.kind == "any":
                    self.computed[name] = (compiled[0], wanted)
                    return wanted
                file.report("F303", rule, found=str(kind), wanted=str(wanted), where="for its `type`", rule=rule.value)
        return kind

    def read_fact(self, name: str) -> Fact | None:
        file, key, node = self.facts[name]
        declared = self.declared[name]
        kind = self.type_of_computed(name) if declared.type is None else type_of(declared)
        compiled = self.computed.get(name)
        rule = compiled[0] if compiled is not None else None
        reader = FactReader(file, self.tables)
        shown = fact_type(kind.kind) if declared.type is None and kind is not None else (declared.type or "text")
        return reader.read(key, node, declared, self.fact_scope(name), rule, shown)  # type: ignore[arg-type]

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


def _title(node: Mapping, flow: str) -> str:
    title = node.get("title")
    return title.value if isinstance(title, Scalar) else flow
