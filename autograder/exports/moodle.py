"""A file for Moodle: Grades, Import, CSV file (encoding UTF-8, separator comma).

The format as documented in "Grade import" (https://docs.moodle.org/en/Grade_import) and as Moodle
reads it (https://github.com/moodle/moodle, grade/import/csv/classes/load_data.php):

- A person says on the next page which column finds the student (user name, ID number or e-mail
  address) and which grade item or feedback each other column belongs to. A grade and its feedback
  are imported together.
- A student who is not found ends the whole import. A row without an id counts as the student of the
  row before, so that a column of ids is written only where every row has one.
- "-" is no grade; an empty field can become 0 in a grade item that the import makes.
- A grade above 100 ends the import, unless the site allows it.
- PHP takes a backslash before a quote as part of the text: there is none in this file.
"""

import csv
import html
from collections.abc import Callable, Iterator, Mapping
from typing import TextIO

from autograder.course import CourseError
from autograder.exports.fields import is_exact, number, one_line
from autograder.exports.lms import Item, Person, check_distinct

NO_GRADE = "-"
MOST = 100
NAMES = ("First name", "Last name")
IDS: dict[str, Callable[[Person], str]] = {
    "Username": lambda person: person.id,
    "ID number": lambda person: person.lms_id,
    "Email address": lambda person: person.email,
}
Feedback = Mapping[str, Mapping[str, list[str]]]  # lines of text by assignment and student


def write(items: list[Item], people: list[Person], feedback: Feedback, file: TextIO) -> list[str]:
    """Write the header and one row a student; an id that not everybody has is no column.

    Returns:
        Ids of students who are left out: their user name cannot be written exactly and safely.

    Raises:
        CourseError: a title with a backslash, or two students with one id.
    """
    for item in items:
        if "\\" in item.title:
            raise CourseError(f"Moodle does not read a column that is called {item.title!r}")
    kept = [person for person in people if _is_id(person.id)]
    ids = {name: of for name, of in IDS.items() if all(_is_id(of(person)) for person in kept)}
    for name, of in ids.items():
        check_distinct(map(of, kept), f"{name} of Moodle")
    titles = [title for item in items for title in (item.title, f"{item.title} (feedback)")]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*ids, *NAMES, *titles])
    for person in kept:
        row = [of(person) for of in ids.values()]
        row += [_words(person.first_name), _words(person.last_name)]
        for item in items:
            grade = item.grade(person.id)
            text = [] if grade is None else feedback[item.assignment].get(person.id, [])
            row += [NO_GRADE if grade is None else number(grade), _paragraphs(text)]
        writer.writerow(row)
    return [person.id for person in people if person not in kept]


def notes(items: list[Item], people: list[Person]) -> Iterator[str]:
    """What to know about this file before it is uploaded."""
    for name, of in IDS.items():
        without = sum(not _is_id(of(person)) for person in people)
        if without and name != "Username":
            yield f"no column {name}: the gradebook has none of {without} of {len(people)} people"
    for item in items:
        if any((item.grade(student) or 0.0) > MOST for student in item.rows):
            yield f"{item.title}: Moodle refuses grades above {MOST} unless the site allows them"


def _is_id(text: str) -> bool:
    """Moodle takes "0" as empty, and cuts white space off."""
    return is_exact(text) and text != "0" and "\\" not in text


def _words(text: str) -> str:
    return one_line(text.replace("\\", "/"))


def _paragraphs(lines: list[str]) -> str:
    """Lines as the HTML that Moodle shows, in which nothing that a student wrote is HTML."""
    escaped = (html.escape(" ".join(line.split()), quote=False) for line in lines)
    return one_line("<br>".join(escaped).replace("\\", "&#92;"))
