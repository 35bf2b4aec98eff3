"""What ptxas made of our CUDA kernels, against their budgets: the objects of the real build, read by cuobjdump.

    python check.py CUOBJDUMP BUDGETS OBJECT...            exit code 1 and a line for each budget that is overrun
    python check.py --built CUOBJDUMP BUDGETS OBJECT...    the same for the architectures that the objects have, and no others
    python check.py --write CUOBJDUMP BUDGETS OBJECT...    writes the budgets anew: today's figures, registers rounded up to 8

Of every kernel and architecture, whatever the budget: no spilled register, no local memory, no stack. By the budget
(budgets.csv, a row a kernel and architecture):

    threads, shared_bytes        of a block, as it is launched: what resident_blocks follows from
    registers                    of a thread, at most
    resident_blocks              that fit a multiprocessor with these, at least
    tensor_instructions          HMMA or HGMMA in the main loop, at least; 0: the kernel has none
    other_instructions           in that loop, at most
    wide_accesses                of global memory, 128 bits each, in the whole kernel, at least
    calls                        of functions, at most: CALL in a kernel that has RET too (ptxas leaves some loops by a CALL that
                                 nothing returns from)
"""
import collections
import csv
import pathlib
import re
import subprocess
import sys

COLUMNS = ["kernel", "architecture", "threads", "shared_bytes", "registers", "resident_blocks", "tensor_instructions",
           "other_instructions", "wide_accesses", "calls"]

# CUDA C++ Programming Guide, "Technical Specifications per Compute Capability": of a multiprocessor.
Limits = collections.namedtuple("Limits", "threads blocks shared_bytes")
LIMITS = {80: Limits(2048, 32, 164 << 10), 86: Limits(1536, 16, 100 << 10), 89: Limits(1536, 24, 100 << 10),
          90: Limits(2048, 32, 228 << 10), 100: Limits(2048, 32, 228 << 10), 120: Limits(1536, 24, 100 << 10)}
REGISTERS = 65536
REGISTER_UNIT = 256  # of a warp
RESERVED_SHARED = 1 << 10  # by the system, of each block

# How the launches in kernels/cuda/ cut their blocks: a pattern of the kernel's name, threads, dynamic shared memory. Attention's
# is that of the largest there is, deep's with 96 and 768 channels. All others: 256 threads and none.
LAUNCHES = [
    (r"convolution_kernel<Tile<0>", 256, 49152),
    (r"convolution_kernel<Tile<1>", 128, 36864),
    (r"convolution_kernel<Tile<2>", 128, 24576),
    (r"convolution_kernel<Tile<3>", 128, 30720),
    (r"convolution_kernel<Tile<4>", 128, 66048),
    (r"convolution_kernel<Tile<5>", 128, 36864),
    (r"convolution_wgmma_kernel<Tile<6>", 256, 196608),
    (r"convolution_wgmma_kernel<Tile<7>", 256, 200704),
    (r"convolution_wgmma_kernel<Tile<[89]>", 256, 98304),
    (r"convolution_float32_kernel", 256, 8192),
    (r"reduce_kernel", 128, 0),
    (r"^attention_kernel<32>", 256, 30720),
    (r"^attention_kernel<64>", 256, 55296),
    (r"^attention_float32_kernel<32>", 256, 19072),
    (r"^attention_float32_kernel<64>", 256, 31360),
    (r"self_attention_kernel<256>", 256, 66304),
    (r"self_attention_kernel<128>", 256, 49920),
    (r"self_attention_float32_kernel", 256, 47744),
]


def resident_blocks(limits, threads, registers, shared_bytes):
    warps = -(-threads // 32)
    of_a_warp = -(-registers * 32 // REGISTER_UNIT) * REGISTER_UNIT
    return min(limits.threads // threads, limits.blocks, REGISTERS // of_a_warp // warps,
               limits.shared_bytes // (shared_bytes + RESERVED_SHARED))


def short(name):
    """colourize::kernels::cuda::(anonymous namespace)::f<...>(Args) as f<...>."""
    name = re.sub(r"colourize::kernels::cuda::|\(anonymous namespace\)::|^void ", "", name)
    depth = 0
    for i, letter in enumerate(name):
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "(" and depth == 0:
            name = name[:i]
            break
    name = name.replace("(int)", "").replace("(bool)", "")
    return re.sub(r" >", ">", name)


def demangled(names):
    names = list(names)
    text = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True).stdout
    return dict(zip(names, map(short, text.splitlines())))


def dump(cuobjdump, option, path):
    return subprocess.run([cuobjdump, option, path], capture_output=True, text=True, check=True).stdout


def resources(text):
    """{(architecture, mangled): {"REG": n, "STACK": n, ...}} of -res-usage."""
    result, architecture, name = {}, None, None
    for line in text.splitlines():
        if match := re.match(r"arch = sm_(\d+)", line):
            architecture = int(match[1])
        elif match := re.match(r"\s*Function (\S+):$", line):
            name = match[1]
        elif name and "REG:" in line:
            result[architecture, name] = {key: int(value) for key, value in re.findall(r"(\w+):(\d+)", line)}
            name = None
    return result


def instructions(text):
    """{(architecture, mangled): [(address, opcode, text)]} of -sass."""
    result, architecture, listing = {}, None, None
    for line in text.splitlines():
        if match := re.match(r"arch = sm_(\d+)", line):
            architecture = int(match[1])
        elif match := re.match(r"\s*Function : (\S+)$", line):
            listing = result.setdefault((architecture, match[1]), [])
        elif match := re.match(r"\s*/\*([0-9a-f]{4,})\*/\s+(?:@!?U?P\w+\s+)?([A-Z][\w.]*)(.*?);", line):
            listing.append((int(match[1], 16), match[2], match[3]))
    return result


def main_loop(listing):
    """The smallest loop with a tensor instruction in it: (tensor, others). Of wgmma, the loop with the most: a smaller one is for
    the last channels alone."""
    best = None
    wgmma = any(op.startswith("HGMMA") for _, op, _ in listing)
    for address, opcode, rest in listing:
        target = re.search(r"0x([0-9a-f]+)", rest) if opcode.startswith("BRA") else None
        if not target or int(target[1], 16) >= address:
            continue
        body = [op for at, op, _ in listing if int(target[1], 16) <= at <= address and op != "NOP"]
        tensor = sum(op.startswith(("HMMA", "HGMMA", "QMMA", "UTCHMMA")) for op in body)
        found = (tensor, len(body) - tensor)
        if tensor and (best is None or (found > best if wgmma else sum(found) < sum(best))):
            best = found
    return best or (0, 0)


def measure(cuobjdump, objects):
    """({(kernel, architecture): row}, [what breaks the rules that hold for all])"""
    rows, broken = {}, []
    for path in objects:
        usage = resources(dump(cuobjdump, "-res-usage", path))
        listings = instructions(dump(cuobjdump, "-sass", path))
        names = demangled({name for _, name in usage})
        for (architecture, mangled), used in usage.items():
            kernel, listing = names[mangled], listings[architecture, mangled]
            for what in ("STACK", "LOCAL"):
                if used[what]:
                    broken.append(f"{kernel}, sm_{architecture}: {used[what]} bytes of {what.lower()}")
            for opcode, why in (("LDL", "loads local memory"), ("STL", "stores local memory")):
                if any(op.startswith(opcode) for _, op, _ in listing):
                    broken.append(f"{kernel}, sm_{architecture}: {why}")
            returns = any(op.startswith("RET") for _, op, _ in listing)
            calls = sum(op.startswith("CALL") for _, op, _ in listing) if returns else 0
            threads, shared = next(((t, s) for pattern, t, s in LAUNCHES if re.search(pattern, kernel)), (256, 0))
            # From sm_90 on the compiler counts what the system reserves.
            shared += used["SHARED"] - (RESERVED_SHARED if architecture >= 90 and used["SHARED"] else 0)
            tensor, others = main_loop(listing)
            wide = sum(bool(re.match(r"(LDG|STG|LDGSTS)\..*128", op)) for _, op, _ in listing)
            rows[kernel, architecture] = [
                kernel, architecture, threads, shared, used["REG"],
                resident_blocks(LIMITS[architecture], threads, used["REG"], shared), tensor, others, wide, calls]
    return rows, broken


def write(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for _, row in sorted(rows.items()):
            row = list(row)
            row[4] = -(-row[4] // 8) * 8
            writer.writerow(row)


def check(path, rows, architectures):
    with open(path, newline="") as file:
        budgets = {(row["kernel"], int(row["architecture"])): row for row in csv.DictReader(file)}
    budgets = {key: row for key, row in budgets.items() if key[1] in architectures}
    wrong = []
    for key in sorted(set(rows) | set(budgets)):
        where = f"{key[0]}, sm_{key[1]}"
        if key not in rows or key not in budgets:
            wrong.append(f"{where}: {'has no budget' if key in rows else 'has a budget, but is not there'}")
            continue
        for column, figure in zip(COLUMNS[2:], rows[key][2:]):
            budget = int(budgets[key][column])
            bad = {"registers": figure > budget, "other_instructions": figure > budget, "calls": figure > budget,
                   "threads": figure != budget, "shared_bytes": figure != budget}.get(column, figure < budget)
            if bad:
                wrong.append(f"{where}: {column} is {figure}, the budget says {budget}")
    return wrong


def main():
    arguments = [argument for argument in sys.argv[1:] if argument not in ("--write", "--built")]
    cuobjdump, budgets, *objects = arguments
    rows, broken = measure(cuobjdump, objects)
    if not rows:
        sys.exit("no kernels were found in these objects")
    built = {architecture for _, architecture in rows}
    if "--write" in sys.argv:
        write(budgets, rows)
    else:
        broken += check(budgets, rows, built if "--built" in sys.argv else LIMITS)
    print("\n".join(broken))
    kernels = {kernel for kernel, _ in rows}
    print(f"{len(kernels)} kernels on {len(built)} architectures, {len(broken)} over budget")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
