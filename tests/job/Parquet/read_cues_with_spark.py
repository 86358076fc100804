"""Prints as one line of JSON what stock Spark makes of a part of cues: read_cues_with_spark.py PART."""
import json
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
try:
    part = spark.read.parquet(sys.argv[1])
    row = part.where("width = 557").collect()[0]
    print(json.dumps({
        "schema": part.schema.simpleString(),
        "rows": part.count(),
        "thumbnails": part.where("thumbnail is not null").count(),
        "texts": [row.image, row.label, row.content_hash],
        "pixels": list(row.pixels),
    }))
finally:
    spark.stop()
