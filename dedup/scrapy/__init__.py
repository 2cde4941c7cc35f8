"""The item pipeline for Scrapy. No other folder imports Scrapy. docs/scrapy.md lists the settings.

ITEM_PIPELINES = {"dedup.scrapy.DedupPipeline": 300}
"""

from dedup.scrapy.pipeline import DedupPipeline

__all__ = ["DedupPipeline"]
