"""A session as one file: it goes on on another machine, and whatever is wrong with the file is told."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import msgspec
import pytest
from desks import FACTS, TO_CASE, Desk, say, write_pack

from assistant.desk.conversation import Conversation
from assistant.desk.handing import NotASession, bring_in, export, looks_like_one
from assistant.desk.resuming import as_held, reopen
from assistant.desk.sessions import listed
from assistant.engine.prompt import Ending


@pytest.fixture
def here(tmp_path) -> Desk:
    return Desk(tmp_path / "here")


@pytest.fixture
def there(tmp_path) -> Desk:
    """Another machine, without the pack."""
    desk = Desk(tmp_path / "there")
    for file in desk.pack.iterdir():
        file.unlink()
    desk.pack.rmdir()
    return desk


def handed(desk: Desk, conversation: Conversation, *, sensitive: bool = True) -> Path:
    """The file of a conversation."""
    path = desk.folder / "session.assistant"
    path.unlink(missing_ok=True)
    stored = desk.stored(conversation.code)
    export(desk.memory, stored, path, sensitive=sensitive, pack=as_held(desk.memory, stored).pack)
    return path


def opened(desk: Desk, path: Path) -> Conversation:
    return reopen(desk.memory, bring_in(desk.memory, path, desk.clock()).stored, clock=desk.clock).go_on()


def test_a_session_goes_on_on_another_machine_with_its_flow_and_files(here, there, tmp_path):
    (tmp_path / "yard.png").write_bytes(b"a picture")
    conversation = here.to_case(tmp_path / "yard.png")
    conversation.back()
    again = opened(there, handed(here, conversation))
    assert [entry.value for entry in again.session.trail] == list(TO_CASE)
    assert again.code == conversation.code
    say(again, "yard.png")
    assert isinstance(again.prompt, Ending)
    assert again.case().attachments == ("yard.png",)
    given = again.files.find("yard.png")
    assert given is not None
    assert given.open().read() == b"a picture"


def test_the_file_is_its_owners_only_and_never_written_over(here):
    path = handed(here, here.begin("way"))
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        export(here.memory, next(iter(map(here.stored, [here.begin("way").code]))), path)


def test_sensitive_answers_stay_behind_unless_asked_for_and_are_asked_again(here, there):
    conversation = here.to_case()
    path = handed(here, conversation, sensitive=False)
    assert b"4711" not in b"".join(zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist())
    again = opened(there, path)
    assert again.prompt.place == "write-case.pin"
    assert isinstance(say(again, "4711").prompt, Ending)


def test_a_case_goes_along_with_its_number(here, there):
    conversation = here.to_case()
    conversation.file("C-77")
    again = opened(there, handed(here, conversation))
    assert again.keeper is not None
    assert [(row.state, row.reference) for row in again.keeper.cases] == [("filed", "C-77")]


def test_the_same_file_read_twice_is_one_session(here, there):
    path = handed(here, here.begin("way"))
    opened(there, path)
    opened(there, path)
    assert len(listed(there.memory)) == 1


def test_a_longer_log_of_the_same_session_is_taken_over(here, there):
    conversation = here.begin("way")
    bring_in(there.memory, handed(here, conversation), there.clock())
    say(conversation, "yes")
    again = opened(there, handed(here, conversation))
    assert again.prompt.place == "look"
    assert len(listed(there.memory)) == 1


def test_two_that_have_parted_become_two_sessions(here, there):
    conversation = here.begin("way")
    say(opened(there, handed(here, conversation)), "no")
    say(conversation, "yes")
    again = opened(there, handed(here, conversation))
    assert again.prompt.place == "look"
    assert len(listed(there.memory)) == 2
    assert again.code != conversation.code


def rewritten(path: Path, name: str, data: bytes, *, digest: bool = False) -> Path:
    """The file with one part changed; with `digest`, the head says so too."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    parts[name] = data
    if digest:
        from assistant.flow.files import file_digest

        head = msgspec.json.decode(parts["session.json"])
        head["parts"][name] = file_digest(data)
        parts["session.json"] = msgspec.json.encode(head)
    path.unlink()
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)
    return path


def refused(desk: Desk, path: Path) -> str:
    with pytest.raises(NotASession) as error:
        bring_in(desk.memory, path, desk.clock())
    assert listed(desk.memory) == []
    return error.value.code


def test_a_part_that_was_changed_is_noticed(here, there):
    path = handed(here, here.begin("way"))
    assert refused(there, rewritten(path, "pack/lost-order.yaml", b"title: Something else\n")) == "handing.damaged"


def test_a_pack_that_is_not_the_one_that_the_session_was_held_on_is_noticed(here, there):
    path = rewritten(handed(here, here.begin("way")), "pack/lost-order.yaml", b"title: Something else\n", digest=True)
    assert refused(there, path) == "handing.damaged"


@pytest.mark.parametrize("events", [b"", b"no json\n", b'{"type": "noted"}\n', b"[]\n", b"\xff\xfe\n"])
def test_a_log_that_is_none_is_noticed(here, there, events):
    path = rewritten(handed(here, here.begin("way")), "events.jsonl", events, digest=True)
    assert refused(there, path) == "handing.damaged"


def test_what_is_too_large_is_not_read_whole(here, there):
    path = rewritten(handed(here, here.begin("way")), "events.jsonl", b"\n" * 30_000_000, digest=True)
    assert refused(there, path) == "handing.too_large"


def test_a_file_of_a_newer_program_is_told_to_be_one(here, there):
    path = handed(here, here.begin("way"))
    head = msgspec.json.decode(zipfile.ZipFile(path).read("session.json"))
    head["format"] = 99
    assert refused(there, rewritten(path, "session.json", msgspec.json.encode(head))) == "handing.newer"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04" + os.urandom(500), b"title: a flow\n"])
def test_what_is_no_such_file_is_refused(there, tmp_path, content):
    path = tmp_path / "x.assistant"
    path.write_bytes(content)
    assert refused(there, path) == "handing.no_session"


def test_half_a_file_is_refused(here, there):
    path = handed(here, here.begin("way"))
    path.write_bytes(path.read_bytes()[:-200])
    assert refused(there, path) == "handing.no_session"


def test_a_place_of_another_machine_is_never_looked_at(here, there):
    again = bring_in(there.memory, handed(here, here.begin("way")), there.clock()).stored
    assert again.summary.origin == ""


def test_a_file_of_a_session_is_told_by_its_content(here, tmp_path):
    assert looks_like_one(handed(here, here.begin("way")))
    (tmp_path / "flow.yaml").write_text("title: a flow")
    assert not looks_like_one(tmp_path / "flow.yaml")
    assert not looks_like_one(tmp_path)
    assert not looks_like_one(tmp_path / "nothing")


def with_head(path: Path, **changes: object) -> Path:
    """The file with other things said of the session in its head."""
    head = msgspec.json.decode(zipfile.ZipFile(path).read("session.json"))
    head["summary"] |= changes
    return rewritten(path, "session.json", msgspec.json.encode(head))


def test_what_the_head_says_of_a_session_is_not_believed(here, there):
    path = with_head(handed(here, here.begin("way")), changed="not a time", come_back="xx", state="later", title="Other")
    brought = bring_in(there.memory, path, there.clock()).stored.summary
    assert (brought.title, brought.state, brought.come_back) == ("The order never came", "open", "")
    assert len(listed(there.memory, words="never came")) == 1


@pytest.mark.parametrize("key", ["", "../../x", "x" * 100_000])
def test_a_key_that_is_none_is_noticed(here, there, key):
    assert refused(there, with_head(handed(here, here.begin("way")), id=key)) == "handing.damaged"


def test_a_time_without_a_zone_is_noticed(here, there):
    path = handed(here, here.begin("way"))
    events = zipfile.ZipFile(path).read("events.jsonl").replace(b"Z", b"").replace(b"+00:00", b"")
    assert refused(there, rewritten(path, "events.jsonl", events, digest=True)) == "handing.damaged"


def test_a_pipe_is_not_waited_for(there, tmp_path):
    os.mkfifo(tmp_path / "x.assistant")
    assert refused(there, tmp_path / "x.assistant") == "handing.no_session"


def test_files_of_sensitive_answers_stay_behind_too(here, there, tmp_path):
    write_pack(here.pack, facts=FACTS.replace("shots: {ask: \"Any pictures?\", type: files}",
                                              "shots: {ask: \"Any pictures?\", type: files, sensitive: true}"))  # fmt: skip
    (tmp_path / "passport.png").write_bytes(b"a passport")
    path = handed(here, here.to_case(tmp_path / "passport.png"), sensitive=False)
    with zipfile.ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"passport" not in whole


def test_a_copy_that_has_parted_is_told_to_be_one(here, there):
    conversation = here.begin("way")
    path = handed(here, conversation)
    say(opened(there, path), "no")
    say(conversation, "yes")
    assert bring_in(there.memory, handed(here, conversation), there.clock()).parted
    assert not bring_in(here.memory, path, here.clock()).parted
