"""Everything that Workahead's commands import, imported: the process that :mod:`commands` forks them from."""

from workahead.reports.start import lean

lean()

import nbclient.client  # noqa: E402, F401
import papermill  # noqa: E402, F401
import workahead.book.load  # noqa: E402
import workahead.book.printed  # noqa: E402
import workahead.cli  # noqa: E402
import workahead.reports.deliver.printed  # noqa: E402
import workahead.reports.diff_printed  # noqa: E402
import workahead.reports.page.exporter  # noqa: E402
import workahead.reports.printed  # noqa: E402
import workahead.reports.status  # noqa: E402, F401
