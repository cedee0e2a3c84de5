using System.Text.RegularExpressions;
using Renda.Platform;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Regions;

namespace Renda.Registry.Import;

/// <summary>What the registry knows that a roster is compared with.</summary>
/// <param name="People">The last row of everybody.</param>
/// <param name="Mandates">Seats held in the roster's congress, by person.</param>
/// <param name="Congress">The roster's congress; null for people without seats.</param>
/// <param name="Constituencies">The congress's constituencies.</param>
/// <param name="Delegations">The congress's delegations.</param>
internal sealed record Known(IReadOnlyList<Person> People, IReadOnlyDictionary<Guid, Mandate> Mandates, Organisation? Congress, IReadOnlyList<Constituency> Constituencies, IReadOnlyList<Organisation> Delegations);

/// <summary>What becomes of a row, and what would be written.</summary>
/// <param name="Row">Row in the sheet.</param>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Name">Name in it.</param>
/// <param name="Text">Differences or the reason, in Chinese.</param>
/// <param name="Person">Whom it is about, as known; null for somebody new.</param>
/// <param name="Fill">Writes the roster's values into a person's row.</param>
/// <param name="Seat">Writes the roster's values into a mandate's row; null where the roster is of no congress.</param>
/// <param name="SeatChanges">Whether the seat is new or different.</param>
/// <param name="PersonChanges">Whether the person is new or different.</param>
internal sealed record Compared(int Row, RowOutcome Outcome, string Name, string Text, Person? Person, Action<Person>? Fill, Action<Mandate>? Seat, bool SeatChanges, bool PersonChanges);

/// <summary>
/// Compares a roster with the registry, row by row, without writing. Nobody is matched by name alone unless the name is the
/// only one among the congress's deputies: namesakes are the dearest mistake a registry can make.
/// </summary>
internal sealed partial class RosterComparison(Known known, IReadOnlyList<string> fields, PersonalData personal, RegionDirectory regions)
{
    private readonly Dictionary<string, Person> _byNumber = known.People.Where(p => p.IdNumberIndex is not null).DistinctBy(p => p.IdNumberIndex).ToDictionary(p => p.IdNumberIndex!);
    private readonly ILookup<string, Person> _byName = known.People.ToLookup(p => p.Name);
    private readonly Dictionary<string, Constituency> _constituencies = known.Constituencies.SelectMany(c => new[] { (c.Name, c), (c.Number.ToString(), c), ($"第{c.Number}选区", c) }).DistinctBy(c => c.Item1).ToDictionary(c => c.Item1, c => c.c);
    private readonly Dictionary<string, Organisation> _delegations = known.Delegations.SelectMany(d => new[] { (d.Name, d), (d.ShortName, d) }).DistinctBy(d => d.Item1).ToDictionary(d => d.Item1, d => d.d);
    private readonly Dictionary<Guid, int> _met = [];
    private readonly Dictionary<string, int> _newOnes = [];

    /// <summary>The persons whom a row was found to be about.</summary>
    public IReadOnlyCollection<Guid> Met => _met.Keys;

    /// <summary>Compares one row.</summary>
    public Compared Compare(int row, IReadOnlyList<string> cells)
    {
        string Cell(string field) => Index(field) is var at and >= 0 && at < cells.Count ? cells[at] : "";
        var wrong = new List<string>();
        var name = RegistryForms.PersonName(Cell("name"));
        if (name.Length == 0) wrong.Add("没有姓名");
        if (name.Length > 50) wrong.Add("姓名太长");
        var number = TypedForm.Plain(Cell("idNumber")).ToUpperInvariant();
        if (number.Length > 0 && !RegistryForms.IsIdNumber(number)) wrong.Add(number.Length == 18 ? "身份证号的校验码不对" : $"身份证号是 {number.Length} 位，应为 18 位");
        var phone = TypedForm.Plain(Cell("phone")).Replace("-", "", StringComparison.Ordinal);
        if (phone.Length > 0 && !Phone().IsMatch(phone)) wrong.Add("电话应为 7 到 12 位数字");
        DateOnly? birth = null;
        if (Cell("birth") is { Length: > 0 } born && (birth = RosterFields.Day(born)) is null) wrong.Add($"出生日期“{born}”认不出来，请写作 1988-03-09");
        var sex = TypedForm.Plain(Cell("sex")) is { Length: > 0 } said ? said[..1] : "";
        if (sex is not ("" or "男" or "女")) wrong.Add("性别应为男或女");
        if (number.Length == 18 && wrong.Count == 0)
        {
            var inside = DateOnly.ParseExact(number[6..14], "yyyyMMdd");
            if (birth is { } b && b != inside) wrong.Add($"出生日期与身份证号里的 {inside:yyyy-MM-dd} 不一致");
            var says = (number[16] - '0') % 2 == 1 ? "男" : "女";
            if (sex.Length > 0 && sex != says) wrong.Add("性别与身份证号不一致");
            (birth, sex) = (inside, says);
        }
        var residence = Place("residence", Cell("residence"), wrong, within: null);
        var place = Place("region", Cell("region"), wrong, known.Congress?.Region);
        Constituency? constituency = null;
        if (Cell("constituency") is { Length: > 0 } where && known.Congress is not null && !_constituencies.TryGetValue(where, out constituency)) wrong.Add($"没有选区“{where}”");
        Organisation? delegation = null;
        if (Cell("delegation") is { Length: > 0 } group && known.Congress is not null && !_delegations.TryGetValue(group, out delegation) && !_delegations.TryGetValue(group + "代表团", out delegation)) wrong.Add($"没有代表团“{group}”");
        foreach (var (field, most) in (ReadOnlySpan<(string, int)>)[("ethnicity", 40), ("party", 40), ("education", 40), ("occupation", 40), ("employer", 200), ("certificate", 40)])
            if (Cell(field).Length > most) wrong.Add($"{RosterFields.All.First(f => f.Id == field).Name.Zh}超过 {most} 字");
        if (wrong.Count > 0) return Left(RowOutcome.Wrong, string.Join("；", wrong));

        var index = personal.Index(number, Person.IdNumberColumn);
        var phoneIndex = personal.Index(phone, Person.PhoneColumn);
        var (person, conflict) = Whom();
        if (conflict is not null) return Left(RowOutcome.Conflict, conflict);
        if (person is null)
        {
            // Twice the same new person in one sheet.
            var key = index ?? $"{name}/{birth}/{phoneIndex}";
            if (!_newOnes.TryAdd(key, row)) return Left(RowOutcome.Conflict, $"与第 {_newOnes[key]} 行重复");
        }
        else if (!_met.TryAdd(person.Id, row)) return Left(RowOutcome.Conflict, $"与第 {_met[person.Id]} 行是同一个人");

        var before = person ?? new Person();
        var after = new Person { Name = before.Name, Sex = before.Sex, BirthDate = before.BirthDate, Ethnicity = before.Ethnicity, Party = before.Party, Education = before.Education, Occupation = before.Occupation, Employer = before.Employer, Residence = before.Residence };
        Fill(after);
        var differences = new List<string>();
        void Differ(string what, string was, string now)
        {
            if (was != now) differences.Add(was.Length > 0 ? $"{what}：{was} → {now}" : $"{what}：{now}");
        }
        if (person is not null)
        {
            Differ("姓名", before.Name, after.Name);
            Differ("性别", before.Sex, after.Sex);
            Differ("出生日期", before.BirthDate?.ToString("yyyy-MM-dd") ?? "", after.BirthDate?.ToString("yyyy-MM-dd") ?? "");
            Differ("民族", before.Ethnicity, after.Ethnicity);
            Differ("党派", before.Party, after.Party);
            Differ("学历", before.Education, after.Education);
            Differ("职业类别", before.Occupation, after.Occupation);
            Differ("单位和职务", before.Employer, after.Employer);
            Differ("居住地", before.Residence > 0 ? regions.FullName(before.Residence) : "", after.Residence > 0 ? regions.FullName(after.Residence) : "");
            if (index is not null && before.IdNumberIndex != index) differences.Add($"补登身份证号（末四位 {number[^4..]}）");
            if (phoneIndex is not null && before.PhoneIndex != phoneIndex) differences.Add(before.PhoneEnd.Length > 0 ? $"电话末四位：{before.PhoneEnd} → {phone[^4..]}" : $"补登电话（末四位 {phone[^4..]}）");
        }
        var personChanges = person is null || differences.Count > 0;
        var seatChanges = false;
        if (known.Congress is not null)
        {
            var seat = person is null ? null : known.Mandates.GetValueOrDefault(person.Id);
            var wanted = new Mandate { ConstituencyId = seat?.ConstituencyId, DelegationId = seat?.DelegationId, CertificateNo = seat?.CertificateNo ?? "", Region = seat?.Region ?? 0 };
            Seat(wanted);
            if (seat is null) differences.Add("新增代表资格");
            else
            {
                if (seat.ConstituencyId != wanted.ConstituencyId) differences.Add($"选区：{constituency!.Name}");
                if (seat.DelegationId != wanted.DelegationId) differences.Add($"代表团：{delegation!.Name}");
                Differ("代表证号", seat.CertificateNo, wanted.CertificateNo);
                if (seat.Region != wanted.Region) differences.Add($"代表的地方：{regions.FullName(wanted.Region)}");
            }
            seatChanges = seat is null || seat.ConstituencyId != wanted.ConstituencyId || seat.DelegationId != wanted.DelegationId || seat.CertificateNo != wanted.CertificateNo || seat.Region != wanted.Region;
        }
        var outcome = person is null ? RowOutcome.New : personChanges || seatChanges ? RowOutcome.Changed : RowOutcome.Same;
        return new(row, outcome, name, string.Join("；", differences), person, Fill, known.Congress is null ? null : Seat, seatChanges, personChanges);

        Compared Left(RowOutcome left, string why) => new(row, left, name, why, null, null, null, false, false);

        (Person? Person, string? Conflict) Whom()
        {
            if (index is not null && _byNumber.TryGetValue(index, out var same))
                return same.Name == name ? (same, null) : (null, $"身份证号已登记在“{same.Name}”名下");
            var namesakes = _byName[name].ToList();
            if (namesakes.Count == 0) return (null, null);
            bool Another(Person p) => index is not null && p.IdNumberIndex is not null;
            var likely = namesakes.Where(p => !Another(p)).ToList();
            if (birth is not null && likely.Where(p => p.BirthDate == birth).ToList() is { Count: > 0 } born)
                return born.Count == 1 ? (born[0], null) : (null, $"同名同出生日期的有 {born.Count} 人，请补充身份证号");
            if (phoneIndex is not null && likely.Where(p => p.PhoneIndex == phoneIndex).ToList() is [var called]) return (called, null);
            if (likely.Where(p => known.Mandates.ContainsKey(p.Id)).ToList() is { Count: > 0 } seated)
            {
                if (seated.Count > 1) return (null, $"本级代表中同名 {seated.Count} 人，请补充身份证号或出生日期");
                return birth is null || seated[0].BirthDate is null || seated[0].BirthDate == birth ? (seated[0], null) : (null, "与本级同名代表的出生日期不同，请核对");
            }
            // With a number or a day of birth that nobody of the name has, it is somebody else.
            return index is not null || birth is not null ? (null, null) : (null, $"同名 {namesakes.Count} 人，请补充身份证号或出生日期");
        }

        // An empty cell says nothing: what is known stays.
        void Fill(Person p)
        {
            string Or(string field, string old) => Cell(field) is { Length: > 0 } told ? told : old;
            (p.Name, p.Sex, p.BirthDate) = (name, sex.Length > 0 ? sex : p.Sex, birth ?? p.BirthDate);
            (p.Ethnicity, p.Party, p.Education) = (Or("ethnicity", p.Ethnicity), Or("party", p.Party), Or("education", p.Education));
            (p.Occupation, p.Employer) = (Or("occupation", p.Occupation), Or("employer", p.Employer));
            if (residence > 0) p.Residence = residence;
            if (index is not null && p.IdNumberIndex != index) (p.IdNumberSealed, p.IdNumberIndex, p.IdNumberEnd) = (personal.Seal(number, Person.IdNumberColumn), index, number[^4..]);
            if (phoneIndex is not null && p.PhoneIndex != phoneIndex) (p.PhoneSealed, p.PhoneIndex, p.PhoneEnd) = (personal.Seal(phone, Person.PhoneColumn), phoneIndex, phone[^4..]);
        }

        void Seat(Mandate m)
        {
            if (constituency is not null) m.ConstituencyId = constituency.Id;
            if (delegation is not null) m.DelegationId = delegation.Id;
            if (Cell("certificate") is { Length: > 0 } no) m.CertificateNo = no;
            m.Region = place > 0 ? place : m.Region > 0 ? m.Region : delegation is { Region: > 0 } d ? d.Region : known.Congress!.Region;
        }
    }

    private int Index(string field)
    {
        for (var i = 0; i < fields.Count; i++)
            if (fields[i] == field) return i;
        return -1;
    }

    private readonly Dictionary<(string, long?), long> _places = [];

    private long Place(string field, string text, List<string> wrong, long? within)
    {
        if (text.Length == 0) return 0;
        if (!_places.TryGetValue((text, within), out var code))
        {
            code = RegionCode.TryParse(text, out var given) && regions.Find(given.Value) is not null ? given.Value
                : regions.Search(text, within, 2) is { Count: > 0 } found && (found.Count == 1 || found[0].Name == text || found[0].FullName == text) ? found[0].Code : -1;
            _places[(text, within)] = code;
        }
        // Where somebody lives is written in many ways; only what a seat stands on must be certain.
        if (code < 0 && field == "region") wrong.Add($"没有找到“{text}”，或者不止一个");
        return Math.Max(0, code);
    }

    [GeneratedRegex(@"^\d{7,12}$")]
    private static partial Regex Phone();
}
