"""The errors of the core. Each message is a sentence for the reader: what was expected, what came, what to do.

Pages show the message as it is and the command line prints it on one line; neither shows a traceback.
"""

from mnist_core.untrusted_text import SENTENCE, clean


class DigitLabError(Exception):
    """Base of every error whose message is meant for the person using Digit Lab.

    A message often quotes what came from outside, so it is made safe to print here (`untrusted_text.clean`).
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(clean(message, SENTENCE))

    @property
    def sentence(self) -> str:
        """The message with one full stop at its end; most have none, so that they can stand within a sentence too."""
        return f"{str(self).rstrip('.')}."


class ConfigError(DigitLabError, ValueError):
    """A training configuration that cannot be trained: names the field, the rule and what was received."""


class DataError(DigitLabError):
    """MNIST's files are missing or damaged and could not be fetched."""


class CheckpointError(DigitLabError):
    """A file that is not a checkpoint of this project, or is a damaged one."""


class DrawingError(DigitLabError, ValueError):
    """A drawing or picture in which no digit can be seen; the message gives the reason."""


class RunError(DigitLabError):
    """A run that does not exist, or cannot do now what was asked of it."""


class RunLockedError(RunError):
    """A run that another process trains."""


class SweepError(DigitLabError):
    """A sweep that does not exist, or cannot do now what was asked of it."""


class CollectionError(DigitLabError):
    """The collection of drawings cannot be read or written, or a file that was to join it is foreign or damaged."""


class ClassError(DigitLabError):
    """A class that does not exist, has ended, or cannot do now what was asked of it."""


class ZipError(DigitLabError):
    """A file that was uploaded as a zip file and is damaged, or larger than what Digit Lab exports."""


class AnalysisError(DigitLabError):
    """What is computed of the data set in the background cannot be computed or kept; the message says why."""


class AttributionError(DigitLabError):
    """A way of explaining that does not apply to this network."""


class ReportError(DigitLabError):
    """A report that cannot be made, or written where it was asked for."""


class NotYoursError(DigitLabError):
    """A change was asked for of what belongs to somebody else."""


class QuotaError(DigitLabError):
    """A seat, or all together, have as much as they may have."""

    def __init__(self, message: str = "", kind: str = "") -> None:
        """Take the sentence, and of what the seat should delete some: runs, drawings or nothing."""
        super().__init__(message)
        self.kind = kind


class LessonError(DigitLabError, ValueError):
    """A prediction that its lesson cannot take, or a learner's record that cannot be read or written."""
