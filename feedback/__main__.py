"""The two commands, `python3 -m feedback up` and `python3 -m feedback check`.

Kept in the syntax of old Pythons, so that they too get the sentence which names the ones that fit.
"""

import argparse
import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def parse(arguments: "list[str]") -> argparse.Namespace:
    """Return the parsed command line; argparse answers --help and mistakes by itself."""
    parser = argparse.ArgumentParser(
        prog="python3 -m feedback",
        description="Lắng Nghe: tiếp nhận, phân loại và trả lời ý kiến của người dân về chuyển đổi số.",
    )
    commands = parser.add_subparsers(dest="command", metavar="LỆNH")
    up = commands.add_parser("up", help="cài đặt và chạy toàn bộ dịch vụ trên máy này")
    up.add_argument("--once", action="store_true", help="chạy thử một lượt các ý kiến mẫu rồi dừng")
    up.add_argument("--empty", action="store_true", help="không nộp các ý kiến mẫu")
    up.add_argument("--host", default="127.0.0.1", help="địa chỉ mạng (mặc định: 127.0.0.1)")
    up.add_argument("--port", type=_port, default=8000, metavar="CỔNG", help="cổng web (mặc định: 8000)")
    up.add_argument("--workers", type=_workers, default=1, metavar="N", help="số tiến trình phân loại (mặc định: 1)")
    commands.add_parser("check", help="kiểm tra mã nguồn và chạy toàn bộ kiểm thử")
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.error("thiếu lệnh: hãy chọn `up` hoặc `check`")
    return options


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("cổng phải từ 1 đến 65535")
    return number


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("số tiến trình phải từ 1 đến 64")
    return number


def main(arguments: "list[str]") -> int:
    """Refuse a Python that cannot run the project, then let bootstrap prepare and start it."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.stderr.write(
            "Xin lỗi, Lắng Nghe cần Python 3.11, 3.12 hoặc 3.13, còn lệnh này đang chạy bằng Python " + found + ";"
            " xin hãy cài một phiên bản phù hợp rồi chạy lại, ví dụ: python3.11 -m feedback up"
            " (Python 3.11 to 3.13 is needed).\n"
        )
        return 2
    options = parse(arguments)
    from feedback import bootstrap

    return bootstrap.main(options.command, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
