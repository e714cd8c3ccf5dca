using MailAdmin.Core;

namespace MailAdmin.Web.Controls;

/// <summary>Which field a refusal belongs to.</summary>
public static class RefusalFields
{
    /// <summary>True when the refusal names this field, or one place in it: <c>targets[2]</c> is of <c>targets</c>.</summary>
    public static bool IsOf(this Refusal refusal, string field) =>
        refusal.Field == field || refusal.Field.StartsWith(field, StringComparison.Ordinal) && refusal.Field.Length > field.Length && refusal.Field[field.Length] is '[' or '.';
}
