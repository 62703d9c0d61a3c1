"""CSQLs, the pipeline and the pace of bookings."""
