"""Reports that run by themselves: in cron, systemd, GitHub Actions or Airflow, and once when they are due."""
