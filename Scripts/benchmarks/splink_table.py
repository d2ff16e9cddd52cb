"""Splink (https://moj-analytical-services.github.io/splink) on a table, without labels: its own estimates, its own default for
what is a link. Prints the figures that `Benchmarks persons table` prints.

    splink_table.py febrl|chinese TABLE [PRIOR]
"""
import collections
import json
import logging
import sys
import time

import pandas
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

logging.disable(logging.WARNING)
kind, path = sys.argv[1:3]
table = pandas.read_csv(path, dtype=str, skipinitialspace=True)
table.columns = [name.strip() for name in table.columns]
table = table.apply(lambda column: column.str.strip()).replace("", None)
table = table.where(table.notna(), None)
if kind == "febrl":
    table["truth"] = table["rec_id"].str.split("-").str[1]
    comparisons = [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
    ]
    blocking = [
        block_on("soc_sec_id"), block_on("date_of_birth"), block_on("given_name", "surname"),
        block_on("surname", "postcode"), block_on("given_name", "postcode"), block_on("address_1", "postcode"),
    ]
    certain = [block_on("soc_sec_id", "date_of_birth"), block_on("given_name", "surname", "date_of_birth")]
    training = [block_on("date_of_birth"), block_on("surname")]
else:
    table["truth"] = table["true_person"]
    comparisons = [
        cl.JaroWinklerAtThresholds("name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("sex"),
        cl.DamerauLevenshteinAtThresholds("birth_date", [1]),
        cl.ExactMatch("resident_id"),
        cl.ExactMatch("health_card"),
        cl.ExactMatch("phone"),
        cl.JaroWinklerAtThresholds("address", [0.9]),
    ]
    blocking = [
        block_on("resident_id"), block_on("health_card"), block_on("phone"), block_on("name", "birth_date"),
    ]
    certain = [block_on("resident_id", "name"), block_on("health_card", "name")]
    training = [block_on("name", "birth_date"), block_on("phone")]

start = time.time()
api = DuckDBAPI()
settings = dict(
    link_type="dedupe_only", unique_id_column_name="rec_id", comparisons=comparisons,
    blocking_rules_to_generate_predictions=blocking, retain_matching_columns=False)
if len(sys.argv) > 3:
    settings["probability_two_random_records_match"] = 1 / float(sys.argv[3])
linker = Linker(api.register(table), SettingsCreator(**settings))
if len(sys.argv) <= 3:
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
for rule in training:
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
predictions = linker.inference.predict(threshold_match_probability=0.5)
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, 0.99).as_pandas_dataframe()
seconds = time.time() - start

group = dict(zip(clusters["rec_id"], clusters["cluster_id"]))
rows = [(group[record], person) for record, person in zip(table["rec_id"], table["truth"])]


def pairs(keys):
    return sum(n * (n - 1) // 2 for n in collections.Counter(keys).values())


found, real, right = pairs(g for g, _ in rows), pairs(p for _, p in rows), pairs(rows)
people = collections.defaultdict(set)
for g, p in rows:
    people[g].add(p)
precision, recall = right / max(1, found), right / max(1, real)
print(json.dumps({
    "records": len(rows), "precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall),
    "mixed": sum(len(p) > 1 for p in people.values()), "seconds": seconds}))
