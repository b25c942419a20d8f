"""Canvas's and Moodle's importers, written again from their documentation and source, for tests."""

import re
from dataclasses import dataclass, field


def parse(text: str, escape: str = "") -> list[list[str]]:
    """RFC 4180, letter by letter; `escape` as PHP has it: the quote after it ends nothing."""
    rows: list[list[str]] = [[]]
    value, quoted, i = "", False, 0
    while i < len(text):
        letter = text[i]
        if quoted and escape and letter == escape and i + 1 < len(text):
            value, i = value + text[i : i + 2], i + 1
        elif quoted and letter == '"' and text[i + 1 : i + 2] == '"':
            value, i = value + '"', i + 1
        elif letter == '"':
            quoted = not quoted
        elif not quoted and letter in ",\n":
            rows[-1].append(value)
            value = ""
            if letter == "\n":
                rows.append([])
        else:
            value += letter
        i += 1
    assert not quoted, "a quote is never closed"
    assert rows[-1] == [], "the last line has no end"
    return rows[:-1]


@dataclass
class CanvasCourse:
    """`users`: (id, SIS user id, login, name); `assignments`: title by Canvas's id."""

    users: list[tuple[int, str, str, str]]
    assignments: dict[int, str]
    possible: dict[str, str] = field(default_factory=dict)
    grades: dict[tuple[int, str], str] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def upload(self, text: str) -> None:
        header, *rows = [[self._number(value) for value in row] for row in parse(text)]
        assert "Student" in header[0]
        assert "ID" in header[1]
        assert header[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
        columns = {i: self._assignment(title) for i, title in enumerate(header) if i > 4}
        for row in rows:
            if "Points Possible" in row[0]:
                self.possible.update({title: row[i] for i, title in columns.items()})
                continue
            user = self._user(row)
            if user is None:
                self.strangers.append(row[0])
                continue
            self.grades.update({(user, title): row[i] for i, title in columns.items()})

    def _assignment(self, header: str) -> str:
        assert not re.search("Current Score|Final Score|Final Grade|Override Score", header)
        found = re.fullmatch(r"(.*)\s\((\d+)\)", header, re.DOTALL)
        if found and int(found[2]) in self.assignments:
            return self.assignments[int(found[2])]
        if header not in self.assignments.values():
            self.created.append(header)
        return header

    def _user(self, row: list[str]) -> int | None:
        leading = re.match(r"\s*(\d+)", row[1])  # Ruby's to_i
        for place, wanted in ((0, leading and int(leading[1])), (1, row[2]), (2, row[3])):
            for user in self.users:
                if wanted and user[place] == wanted:
                    return user[0]
        return next((user[0] for user in self.users if user[3] == row[0]), None)

    @staticmethod
    def _number(value: str) -> str:
        if not re.fullmatch(r"-?[0-9.,]+%?", value):
            return value
        *before, last = re.split(r"[,.]", value)
        return ".".join([*(["".join(before)] if before else []), last])


def moodle(
    text: str, users: dict[str, int], by: str, columns: dict[str, str]
) -> dict[tuple[int, str], str]:
    """What an import gives: `users` by what the column `by` holds, `columns` by target's name."""
    header, *rows = parse(text, escape="\\")
    header = [title.strip() for title in header]
    found: dict[tuple[int, str], str] = {}
    student = None
    for row in rows:
        assert len(row) == len(header), "Moodle refuses the file"
        identity = row[header.index(by)].strip()
        if identity not in ("", "0"):  # or the student of the row before counts
            assert identity in users, f"Moodle ends the import: no user {identity!r}"
            student = users[identity]
        assert student is not None
        for title, target in columns.items():
            value = row[header.index(title)].strip()
            if "feedback" not in title:
                value = "" if value == "-" else str(float(value or 0))
                assert float(value or 0) <= 100, "Moodle ends the import: the grade is too large"
            found[student, target] = value
    return found
