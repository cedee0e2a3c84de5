using Renda.Platform.Modules;

namespace Renda.Platform.Indicators;

/// <summary>The numbers that are asked of every scenario with matters.</summary>
public static class MatterIndicators
{
    /// <summary>Those of a module.</summary>
    public static IReadOnlyList<Indicator> Of(RendaModule module)
    {
        var (id, zh, en) = (module.Id, module.Name.Zh, module.Name.En);
        return
        [
            One("raised", "收到件数", "received", "件", "matters", IndicatorDirection.None, $"{id}.raised", 0, "期内收到的件数，按收到那天计。重复的并入其他件之前也计一次。", "Matters received within the period, on the day they came; those merged into others later count as well."),
            One("closed", "办结件数", "closed", "件", "matters", IndicatorDirection.Up, $"{id}.closed", 0, "期内办结的件数，按办结那天计。并入其他件的不计；再次办理的按最后一次办结计。", "Matters closed within the period, on the day of their last closing; those merged into others do not count."),
            One("under-way", "在办件数", "under way", "件", "matters", IndicatorDirection.None, $"stock({id}.raised - {id}.closed - {id}.merged)", 0, "到期末还没有办结的件数。", "Matters that are not closed at the end of the period."),
            One("on-time", "按时办结率", "closed in time", "%", "%", IndicatorDirection.Up, $"({id}.closed - {id}.late) / {id}.closed * 100", 1, "期内办结的件中，承办单位没有超期的占比。", "Of those closed within the period, those whose units were never late."),
            One("satisfied", "满意率", "satisfied", "%", "%", IndicatorDirection.Up, $"{id}.satisfied / {id}.judged * 100", 1, "期内办结并且有评价的件中，结果评为满意的占比。没有评价的不进分母。", "Of those closed within the period and judged, those judged satisfied; what was not judged is left out."),
            One("pleased", "满意和基本满意率", "satisfied or basically so", "%", "%", IndicatorDirection.Up, $"({id}.satisfied + {id}.basically) / {id}.judged * 100", 1, "期内办结并且有评价的件中，结果评为满意或者基本满意的占比。没有评价的不进分母。", "Of those closed within the period and judged, those judged satisfied or basically so."),
            One("days", "平均办理天数", "days taken on average", "天", "days", IndicatorDirection.Down, $"{id}.days / {id}.closed / 10", 1, "期内办结的件从收到到办结的平均天数，精确到 0.1 天。", "From arrival to closing, on average over those closed within the period."),
        ];

        Indicator One(string code, string nameZh, string nameEn, string unitZh, string unitEn, IndicatorDirection better, string formula, int decimals, string meaningZh, string meaningEn) => new()
        {
            Code = $"{id}.{code}", Zh = $"{zh}·{nameZh}", En = $"{en}: {nameEn}", UnitZh = unitZh, UnitEn = unitEn, Better = better, Formula = formula, Decimals = decimals, MeaningZh = meaningZh, MeaningEn = meaningEn, Owner = "人大常委会办公室",
        };
    }
}
