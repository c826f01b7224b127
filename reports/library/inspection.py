"""The self-report before an inspection (báo cáo tự kiểm tra, DOMAIN §8): six sections and the annexes.

What the ledger knows is written out; what only the author can know is left as a marked line, never invented.
The text is Vietnamese by nature and is not translated.
"""

from django.utils.translation import gettext_lazy

from organizations.models import Event, Sector
from reports import registry
from reports.annexes.foundings import foundings
from reports.annexes.results import results, silence, target_cell, years_text
from reports.answers import table_json
from reports.attainment import Standing, progress
from reports.counting import counting
from reports.documents.party_format import body, place, spell
from reports.figures import attainment_table
from reports.registry import Block, Section
from reports.situation import situation
from reports.tables import Kind, Span, State, cell_text
from targets.models import Resolution, TargetVersion
from vietnamese.dates import format_date

ORGANIZATIONS = {
    Sector.PARTY: ("tổ chức đảng", "đảng viên"),
    Sector.UNION: ("tổ chức công đoàn", "đoàn viên công đoàn"),
    Sector.YOUTH: ("tổ chức đoàn, hội thanh niên", "đoàn viên, hội viên thanh niên"),
}
STANDING = {Standing.BELOW: "chưa đạt chỉ tiêu", Standing.MET: "đạt chỉ tiêu", Standing.EXCEEDED: "vượt chỉ tiêu"}


@registry.register
class Inspection(registry.Report):
    name = "inspection"
    title = gettext_lazy("Self-report for an inspection")
    description = gettext_lazy(
        "A draft in the Party's format: six sections written from the data, and annexes 1 and 2."
    )
    template = "inspection"
    is_draft = True

    def heading(self):
        resolution = self.resolution()
        of = f" Nghị quyết {resolution.number}" if resolution else ""
        return "BÁO CÁO", f"tự kiểm tra kết quả thực hiện{of}, {self.period}"

    def resolution(self):
        """The resolution whose targets are reported."""
        return Resolution.objects.filter(indicators__is_active=True).distinct().first()

    def say(self):
        self.zone_ids = self.zone.subtree_ids()
        self.figures = attainment_table(
            zones=[self.zone], first_year=self.first_year, last_year=self.year, as_of=self.as_of
        )
        self.next = attainment_table(
            zones=[self.zone], first_year=self.year + 1, last_year=self.year + 1, as_of=self.as_of
        )
        self.situation = situation(self.zone_ids, self.as_of)
        return registry.Said(
            opening=self.opening(),
            sections=[
                Section("I- ĐẶC ĐIỂM TÌNH HÌNH", self.features()),
                Section("II- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO", self.leadership()),
                Section("III- KẾT QUẢ THỰC HIỆN", self.results()),
                Section("IV- HẠN CHẾ, KHÓ KHĂN, NGUYÊN NHÂN", self.limits()),
                Section("V- PHƯƠNG HƯỚNG, CHỈ TIÊU", self.directions()),
                Section("VI- KIẾN NGHỊ, ĐỀ XUẤT", self.requests()),
            ],
            tables=[
                results(self.figures, self.zone),
                foundings(
                    zone_ids=self.zone_ids, first_year=self.first_year, last_year=self.year, as_of=self.as_of,
                    user=self.user,
                ),
            ],
            figures=table_json(self.figures, self.zone),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------ opening

    def opening(self):
        basis = ""
        if resolution := self.resolution():
            about = resolution.title.removeprefix("Nghị quyết ")
            basis = (
                f"Thực hiện Nghị quyết {resolution.number}, ngày {format_date(resolution.issued_on)} của "
                f"{resolution.issuer} {about}, "
            )
        text = f"{basis}{body(self.zone)} báo cáo tự kiểm tra kết quả thực hiện {self.period} như sau:"
        return text[0].upper() + text[1:]

    # ------------------------------------------------------------------------------------------ I

    def features(self):
        found = self.situation
        silent = found.enterprises - found.enterprises_counted
        day = format_date(self.as_of)
        text = f"Đến ngày {day}, {place(self.zone)} có {_n(found.enterprises)} doanh nghiệp đang hoạt động"
        if found.parks:
            text += f" tại {_n(found.parks)} khu công nghiệp"
        if found.foreign:
            text += f", trong đó {_n(found.foreign)} doanh nghiệp có vốn đầu tư nước ngoài"
        if found.enterprises_counted:
            text += (
                f"; {_n(found.workers)} lao động theo số liệu gần nhất của {_n(found.enterprises_counted)} doanh nghiệp"
            )
        if silent:
            text += f"; {_n(silent)} doanh nghiệp chưa có số liệu lao động"
        blocks = [Block("heading", "1. Khái quát"), Block("text", f"{text}."), Block("heading", "2. Tổ chức hiện có")]
        for sector, (organizations, members) in ORGANIZATIONS.items():
            stock = found.stocks[sector]
            line = f"{_n(stock.organizations)} {organizations}"
            if len(stock.types) > 1:
                line += (
                    " (" + ", ".join(f"{_n(count)} {name[0].lower()}{name[1:]}" for name, count in stock.types) + ")"
                )
            if stock.counted:
                line += f", {_n(stock.members)} {members} theo số liệu gần nhất của {_n(stock.counted)} tổ chức"
                if uncounted := stock.organizations - stock.counted:
                    line += f"; {_n(uncounted)} tổ chức chưa có số liệu"
            elif stock.organizations:
                line += f"; chưa có số liệu {members}"
            blocks.append(Block("point", f"{line}."))
        blocks.append(Block("todo", "Đặc điểm địa bàn, thuận lợi, khó khăn chung"))
        return blocks

    # ------------------------------------------------------------------------------------------ II

    def leadership(self):
        decisions = {}
        rows = (
            TargetVersion.objects.filter(
                target__zone=self.zone, target__year__gte=self.first_year, target__year__lte=self.year
            )
            .exclude(decision=None)
            .holding(self.as_of)
            .select_related("decision__issuer", "target")
            .order_by("target__year", "decision__issued_on")
        )
        for row in rows:
            decisions.setdefault(row.decision, set()).add(row.target.year)
        blocks = [Block("heading", "1. Văn bản giao chỉ tiêu")]
        if decisions:
            blocks += [
                Block(
                    "point",
                    f"Văn bản số {decision.number}, ngày {format_date(decision.issued_on)} của {decision.issuer.name} "
                    f"giao chỉ tiêu năm {years_text(years)}.",
                )
                for decision, years in decisions.items()
            ]
        else:
            blocks.append(Block("text", "Chưa ghi nhận số, ngày của văn bản giao chỉ tiêu."))
        return [
            *blocks,
            Block("heading", "2. Công tác lãnh đạo, chỉ đạo của đơn vị"),
            Block("todo", spell("Văn bản cụ thể hóa; kiện toàn Ban Chỉ đạo; phân công cấp ủy viên phụ trách")),
            Block("todo", "Tuyên truyền, tập huấn, kinh phí; kiểm tra, đôn đốc, sơ kết"),
        ]

    # ------------------------------------------------------------------------------------------ III

    def results(self):
        blocks = []
        for number, indicator in enumerate(self.figures.indicators, start=1):
            blocks.append(Block("heading", f"{number}. {indicator.name}"))
            alike: dict[str, list[int]] = {}  # years of which the same is said are named together
            for year in self.figures.years:
                alike.setdefault(self.year_in_words(indicator, year), []).append(year)
            blocks += [
                Block("point", f"Năm {years_text(years)}{', mỗi năm' if len(years) > 1 else ''}: {words}.")
                for words, years in alike.items()
            ]
            if self.first_year != self.year:
                blocks.append(Block("text", self.period_in_words(indicator)))
        blocks.append(Block("text", "Chi tiết từng năm tại Phụ lục 1; danh sách tổ chức thành lập mới tại Phụ lục 2."))
        return blocks

    def year_in_words(self, indicator, year):
        """One year of one indicator as a sentence without its end: target, result, rate, standing."""
        figure = self.figures.figure(self.zone, indicator, year)
        attainment = figure.attainment
        given = target_cell(figure)
        unit = indicator.unit
        target = "chưa giao chỉ tiêu" if isinstance(given, State) else f"chỉ tiêu {cell_text(given, Kind.COUNT)}"
        match silence(figure, self.as_of):
            case State.NOT_APPLICABLE:
                return "không áp dụng"
            case State.NOT_REPORTED:
                return f"{target}, kết quả chưa báo cáo"
            case State.NO_DATA:
                return f"{target}, chưa có số liệu kết quả"
        done = f"kết quả {cell_text(attainment.actual, Kind.COUNT)} {unit}"
        until = f" (đến ngày {format_date(self.as_of)})" if progress(year, self.as_of) else ""
        text = f"{target}, {done}{until}"
        percent = counting().percent(attainment)
        if percent is not None:
            text += f", bằng {cell_text(percent, Kind.PERCENT)}"
        if attainment.pace and attainment.standing is Standing.BELOW:
            text += f", còn {cell_text(attainment.pace.needed, Kind.COUNT)} {unit} để đạt mức thấp"
        elif attainment.standing in STANDING and not (attainment.standing is Standing.BELOW and until):
            text += f", {STANDING[attainment.standing]}"
        if figure.missing:
            text += f"; chưa gồm {', '.join(figure.missing_names)} chưa báo cáo"
        return text

    def period_in_words(self, indicator):
        term = self.figures.over(self.zone, indicator, self.first_year, self.year)
        if indicator.is_rate:  # the years of a rate have no total
            text = f"Cả {self.period}: không cộng các năm"
        elif term.actual is None:
            return f"Cả {self.period}: chưa có số liệu."
        else:
            text = f"Cả {self.period}: {cell_text(term.actual, Kind.COUNT)} {indicator.unit}"
        if term.years_judged:
            text += f"; {term.years_met}/{term.years_judged} năm có chỉ tiêu đạt từ mức thấp trở lên"
        if term.percent_min is not None:
            text += f"; tỷ lệ hằng năm {cell_text(Span(term.percent_min, term.percent_max), Kind.PERCENT)}"
        if term.years_in_progress:
            running = years_text(term.years_in_progress)
            text += f" (năm {running} đang thực hiện, tính đến ngày {format_date(self.as_of)})"
        return f"{text}."

    # ------------------------------------------------------------------------------------------ IV

    def limits(self):
        blocks = [Block("heading", "1. Hạn chế")]
        points = [*self._behind(), *self._uncovered(), *self._undocumented()]
        blocks += [Block("point", f"{point}.") for point in points]
        if not points:
            blocks.append(Block("text", "Số liệu đã ghi nhận không cho thấy chỉ tiêu nào chưa đạt."))
        return [
            *blocks,
            Block("todo", "Hạn chế khác"),
            Block("heading", "2. Khó khăn, nguyên nhân"),
            Block("todo", "Khó khăn; nguyên nhân khách quan, nguyên nhân chủ quan"),
        ]

    def _behind(self):
        for indicator in self.figures.indicators:
            below, silent = [], []
            for year in self.figures.years:
                figure = self.figures.figure(self.zone, indicator, year)
                if silence(figure, self.as_of) is State.NOT_REPORTED:
                    silent.append(year)
                elif figure.attainment.standing is Standing.BELOW and not progress(year, self.as_of):
                    attainment = figure.attainment
                    percent = counting().percent(attainment)
                    rate = "" if percent is None else f" ({cell_text(percent, Kind.PERCENT)})"
                    below.append(
                        f"năm {year} kết quả {cell_text(attainment.actual, Kind.COUNT)}, chỉ tiêu "
                        f"{cell_text(target_cell(figure), Kind.COUNT)}{rate}"
                    )
            if below:
                yield f"{indicator.name} chưa đạt chỉ tiêu: {'; '.join(below)}"
            if silent:
                yield f"{indicator.name} chưa báo cáo: năm {years_text(silent)}"

    def _uncovered(self):
        found = self.situation
        if not found.enterprises:
            return
        for sector, (organizations, _members) in ORGANIZATIONS.items():
            if without := found.enterprises - found.covered[sector]:
                yield (f"{_n(without)}/{_n(found.enterprises)} doanh nghiệp đang hoạt động chưa có {organizations}")

    def _undocumented(self):
        """Foundings and admissions of the period that no decision documents."""
        without = (
            Event.objects.in_zones(self.zone_ids)
            .filter(kind__in=("established", "split_from", "upgraded", "admitted"), decision=None)
            .in_years(self.first_year, self.year)
            .as_of(self.as_of)
            .live()
            .count()
        )
        if without:
            yield f"{_n(without)} lần thành lập, nâng cấp, kết nạp trong kỳ chưa ghi số quyết định"

    # ------------------------------------------------------------------------------------------ V

    def directions(self):
        blocks = []
        left = [
            f"{_n(pace.needed)} {indicator.unit} ({indicator.name})"
            for indicator in self.figures.indicators
            if (pace := self.figures.figure(self.zone, indicator, self.year).attainment.pace) and pace.needed
        ]
        if left:
            blocks.append(Block("text", f"Hoàn thành phần còn lại của chỉ tiêu năm {self.year}: {'; '.join(left)}."))
        year = self.year + 1
        given = []
        for indicator in self.next.indicators:
            target = target_cell(self.next.figure(self.zone, indicator, year))
            if not isinstance(target, State):
                given.append(f"{indicator.name}: {cell_text(target, Kind.COUNT)} {indicator.unit}")
        if given:
            blocks.append(Block("text", f"Chỉ tiêu được giao năm {year}:"))
            blocks += [Block("point", f"{line}.") for line in given]
        else:
            blocks.append(Block("text", f"Năm {year} chưa được giao chỉ tiêu."))
        return [*blocks, Block("todo", "Phương hướng, nhiệm vụ, giải pháp")]

    # ------------------------------------------------------------------------------------------ VI

    def requests(self):
        above = body(self.zone.parent) if self.zone.parent else "Trung ương"
        return [
            Block("todo", f"Với {above}"),
            Block("todo", "Với cơ quan, đơn vị liên quan"),
            Block("closing", f"Trên đây là báo cáo tự kiểm tra của {body(self.zone)} {self.period}."),
        ]


def _n(count):
    return cell_text(count, Kind.COUNT)
