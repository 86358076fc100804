"""Prints as one line of JSON what stock Spark makes of a part and of cues: read_part_with_spark.py PART CUES."""
import json
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
try:
    part = spark.read.parquet(sys.argv[1])
    part.createOrReplaceTempView("part")
    row = part.where("image like '% 00007 %'").collect()[0]
    cues = spark.read.parquet(sys.argv[2])
    cue = cues.where("width = 557").collect()[0]
    print(json.dumps({
        "schema": part.schema.simpleString(),
        "rows": part.count(),
        "sum": spark.sql("select sum(aggregate(features, 0D, (all, one) -> all + one)) from part").collect()[0][0],
        "kiwis": part.where("label = 'kiwi'").count(),
        "texts": [row.image, row.label],
        "values": row.features,
        "cues": {
            "schema": cues.schema.simpleString(),
            "rows": cues.count(),
            "thumbnails": cues.where("thumbnail is not null").count(),
            "texts": [cue.image, cue.label, cue.content_hash],
            "pixels": list(cue.pixels),
        },
    }))
finally:
    spark.stop()
