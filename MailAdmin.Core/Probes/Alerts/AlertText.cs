using System.Text;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>News in words. Pure.</summary>
internal static class AlertText
{
    /// <summary>One line for all of them.</summary>
    public static string Title(IReadOnlyList<AlertNews> news)
    {
        var worst = news.MaxBy(item => item.Now.Alarm.Severity.Weight())!.Now.Alarm;
        var more = news.Count == 1 ? "" : $" (and {news.Count - 1} more)";
        return $"{Word(worst.Severity)}: {OneLine(worst.What)}{more}";
    }

    /// <summary>All of them, with next steps and links.</summary>
    public static string Body(IReadOnlyList<AlertNews> news, string portalUrl)
    {
        var text = new StringBuilder();
        foreach (var (now, was) in news.Select(item => (item.Now, item.Was)))
        {
            text.Append(Word(now.Alarm.Severity)).Append(was is Severity.Ok ? "" : $" (was {Word(was).ToLowerInvariant()})").Append(": ").AppendLine(OneLine(now.Alarm.What));
            if (now.Alarm.WhatToDo.Length > 0) text.Append("  ").AppendLine(OneLine(now.Alarm.WhatToDo));
            if (portalUrl.Length > 0 && now.Alarm.Link.Length > 0) text.Append("  ").Append(portalUrl.TrimEnd('/')).AppendLine(now.Alarm.Link);
            text.Append("  since ").Append(now.Since.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)).AppendLine(" UTC");
        }
        return text.ToString();
    }

    public static string Word(Severity severity) => severity switch
    {
        Severity.Ok => "Well again",
        Severity.Warning => "Warning",
        Severity.Critical => "Critical",
        Severity.Unknown => "Unknown",
    };

    // Evidence comes from outside: no line of it may become a header or a line of its own.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
