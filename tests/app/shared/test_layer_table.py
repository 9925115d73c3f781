from mnist_core.architecture import layers, training_bytes
from mnist_core.presets import preset
from ui.shared.layer_table import describe_memory, layer_table


def test_each_layers_memory_is_that_of_its_output():
    rows = {row["Layer"]: row["Memory"] for row in layer_table(preset("notebook"))}
    assert rows["Convolution, 32 filters of 5 × 5"] == "8.19 kB"  # the second: 32 · 8 · 8 numbers of four bytes
    assert rows["Flatten into one row"] == ""
    assert rows["Dense, 64 units"] == "256 bytes"


def test_a_batch_takes_the_memory_of_all_its_images():
    config = preset("notebook").replace(batch_size=100)
    outputs = [layer.output_shape for layer in layers(config) if layer.kind != "flatten"]
    numbers = 0
    for shape in outputs:
        size = 1
        for side in shape:
            size *= side
        numbers += size
    assert training_bytes(config) == 4 * (numbers + 2 * 32 * 24 * 24)
    assert "A batch of 100 takes about 33.5 MB of memory" in describe_memory(config)
    assert "At most 1.07 GB are allowed." in describe_memory(config)
