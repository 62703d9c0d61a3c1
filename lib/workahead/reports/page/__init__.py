"""From an executed notebook to the page that is read: cells, figures, tables, links, scripts."""
