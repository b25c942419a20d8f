"""The feedback page in a few lines of text: for a campus system's field of comments."""

from collections.abc import Iterator

from nbgrader.api import Gradebook, SubmittedNotebook

from autograder import results
from autograder.course import Course
from autograder.exports.fields import number
from autograder.feedback import Writer
from autograder.feedback_page import title
from autograder.feedback_parts import said


def lines(course: Course, assignment: str) -> dict[str, list[str]]:
    """What each student may read about each graded cell, as on their page; by student.

    Raises:
        CourseError: the assignment has no notebook that can be read.
    """
    writer = Writer(course, assignment)
    found: dict[str, list[str]] = {}
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        for submission in gradebook.find_assignment(assignment).submissions:
            for submitted in submission.notebooks:
                found.setdefault(submission.student.id, []).extend(_notebook(writer, submitted))
    return found


def _notebook(writer: Writer, submitted: SubmittedNotebook) -> Iterator[str]:
    name, student = submitted.name, submitted.student.id
    result = results.recorded(writer.course, writer.assignment, student, name)
    graded = writer.graded(submitted, None, result)
    messages, like = said(graded, writer.known(name), writer.hidden[name])
    for id in writer.bundles[name].by_id:
        if id in graded.marks:
            mark = graded.marks[id]
            text = [f"{title(id)}: {number(mark.score)} of {number(mark.max_score)}."]
            text += [messages[id]] if id in messages else []
            text += [f"This looks like: {like[id]}."] if id in like else []
            text += [f"Comment: {graded.comments[id]}"] if id in graded.comments else []
            yield " ".join(text)
