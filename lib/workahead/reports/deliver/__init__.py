"""Pages to those who read them: by mail, chat, folder or object store; each delivery once."""

from workahead.reports.deliver.sending import Pace, Page, deliver

__all__ = ["Pace", "Page", "deliver"]
