"""A run or a network as a file to take home: report, script, ONNX, CSV, SVG."""
