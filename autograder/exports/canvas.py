"""A file for Canvas: Gradebook, Actions, Import.

The format as documented in "Import CSV File for Carmen Grades"
(https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades)
and as Canvas reads it (https://github.com/instructure/canvas-lms, lib/gradebook_importer.rb):

- Student, ID, SIS User ID, SIS Login ID, Section, then one column for each assignment: `Title (id)`
  is found by the id of the assignment in Canvas, another title by the whole title, or it becomes a
  new assignment. A title with "Final Score" or the like in it is not read at all.
- A row whose first field contains "Points Possible" gives what can be reached.
- A student is found by ID, which is Canvas's own and a number, else by SIS User ID, else by SIS
  Login ID, else by name. An empty field is no grade, and takes away one that was there.
- What looks like a number is rewritten: the id "1.234.5" would be read as "1234.5".
"""

import csv
import re
from collections.abc import Iterator
from typing import TextIO

from autograder.course import CourseError
from autograder.exports.fields import is_exact, number, one_line
from autograder.exports.lms import Item, Person, check_distinct

FIRST = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POSSIBLE = "Points Possible"
OVERLOOKED = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_OWN = re.compile("[1-9][0-9]*")  # 007 is a number of the registrar's
_NUMBER = re.compile(r"-?[0-9.,]+%?")


def write(items: list[Item], people: list[Person], file: TextIO) -> list[str]:
    """Write the header, the row of points, and one row a student.

    Returns:
        Ids of students who are left out: no id of theirs can be written exactly and safely.

    Raises:
        CourseError: a title that Canvas does not read, or two students with one id.
    """
    for item in items:
        if OVERLOOKED.search(item.title) or item.title in FIRST:
            raise CourseError(f"Canvas does not read a column that is called {item.title!r}")
    identified = {person.id: _ids(person) for person in people}
    for place, name in enumerate(FIRST[1:4]):
        check_distinct((ids[place] for ids in identified.values()), f"{name} of Canvas")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*FIRST, *(item.title for item in items)])
    writer.writerow([POSSIBLE, "", "", "", "", *(number(item.max_score) for item in items)])
    for person in people:
        if any(identified[person.id]):
            grades = [number(item.grade(person.id)) for item in items]
            writer.writerow([_name(person), *identified[person.id], "", *grades])
    return [id for id, ids in identified.items() if not any(ids)]


def _name(person: Person) -> str:
    parts = [part for part in (person.last_name, person.first_name) if part]
    name = one_line(", ".join(parts) or person.id)
    return name if POSSIBLE not in name else "(see the id)"


def _ids(person: Person) -> tuple[str, str, str]:
    """ID, SIS User ID, SIS Login ID, each only if Canvas will read it as it is."""
    given = person.lms_id
    own = given if _OWN.fullmatch(given) else ""
    ids = (own, "" if own else given, person.id)
    return tuple(id if is_exact(id) and _survives(id) else "" for id in ids)  # type: ignore[return-value]


def _survives(identity: str) -> bool:
    """Whether Canvas's reading of numbers leaves it alone."""
    if not _NUMBER.fullmatch(identity):
        return True
    *before, last = re.split("[,.]", identity)
    return identity == (f"{''.join(before)}.{last}" if before else last)


def notes(items: list[Item]) -> Iterator[str]:
    """What to know about these columns before the file is uploaded."""
    for item in items:
        if not re.search(r" \(\d+\)\Z", item.title):
            yield (
                f"{item.title}: no id of Canvas in its title, so that Canvas looks for the whole "
                "title, or makes a new assignment (c.GradeExport.columns)"
            )
