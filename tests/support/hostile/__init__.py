"""What a hostile, a clumsy or an unlucky visitor sends: texts, records, files, addresses and messages, all made here.

The tests put single ones where they hurt; `benchmarks.hostile` replays them all against a real server.
"""
