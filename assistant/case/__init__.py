"""What comes out of a conversation: a case that is ready to file, and its renderings. Nothing is asked or sent here."""

from assistant.case.build import Case, FiledAt, build, subject
from assistant.case.render import Told, as_json, as_markdown, as_text

__all__ = ["Case", "FiledAt", "Told", "as_json", "as_markdown", "as_text", "build", "subject"]
