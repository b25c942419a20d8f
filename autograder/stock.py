"""nbgrader's own way of grading, for comparison and for notebooks that the engine does not know."""

import copy

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.course import Course, CourseError


def grade_stock(course: Course, assignment: str, students: list[str], force: bool) -> int:
    """nbgrader's own way, without any of ours.

    Raises:
        CourseError: nbgrader could not grade a submission; its log says why.
    """
    config = copy.deepcopy(course.config)
    for ours in ("autograde_preprocessors", "exporter_class"):
        config.Autograde.pop(ours, None)
    failed = []
    for student in students:
        directory = CourseDirectory(config=config)
        directory.assignment_id, directory.student_id = assignment, student
        converter = Autograde(coursedir=directory, config=config)
        converter.force = converter.force or force
        try:
            converter.start()
        except NbGraderException:
            failed.append(student)
    if failed:
        raise CourseError(f"nbgrader could not grade {', '.join(failed)}: see its messages above")
    return 0
