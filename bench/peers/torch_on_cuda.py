"""Runs a peer's PyTorch script on the GPU, though it was written for the CPU.

python torch_on_cuda.py acgan_torch.py [its options]
What it makes without naming a device is made on the card; its clock waits until the card is done. Products and convolutions
may round to TF32, as ONNX Runtime's CUDA provider does by default; NVIDIA_TF32_OVERRIDE=0 forbids it to both.
"""
import runpy
import sys
import time

import torch


def on_cuda(make):
    return lambda *args, **given: make(*args, **{**given, 'device': given.get('device') or 'cuda'})


# torch.set_default_device would do, but "imposes a slight performance cost on every Python call to the torch API".
for name in ('empty', 'ones', 'rand', 'randint', 'randn', 'tensor', 'zeros'):
    setattr(torch, name, on_cuda(getattr(torch, name)))
torch.set_float32_matmul_precision('high')
clock = time.perf_counter


def clock_when_done():
    torch.cuda.synchronize()
    return clock()


time.perf_counter = clock_when_done
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
