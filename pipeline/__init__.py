"""gongkai: reads annual reports on government information disclosure into figures that can be compared."""

__version__ = "0.1.0"
