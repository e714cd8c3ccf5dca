using System.Globalization;
using System.Runtime.CompilerServices;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Delivery.LiveLog;

/// <summary>A line as it is drawn, made once for all who watch. Nothing in it hides, reorders or breaks lines.</summary>
public sealed class ShownLine
{
    private const int Longest = 600;   // characters in a row; the whole line is what is copied

    private static readonly ConditionalWeakTable<LogLine, ShownLine> Made = [];

    private ShownLine(LogLine line)
    {
        Line = line;
        Time = line.Time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + (line.IsTimeUncertain ? "?" : "");
        Service = ShownText.Of(line.Service, 40);
        Text = ShownText.Of(line.Text, Longest);
        User = line.User is null ? null : ShownText.Of(line.User, 80);
        var (tone, icon, word) = LogWords.Of(line);
        (Class, Icon, Word) = (tone.ToString().ToLowerInvariant(), icon, word);
    }

    public LogLine Line { get; }
    public string Time { get; }
    public string Service { get; }
    public string Text { get; }
    public string? User { get; }
    public string Class { get; }
    public string Icon { get; }
    public string Word { get; }

    public static ShownLine Of(LogLine line) => Made.GetValue(line, static l => new ShownLine(l));
}
