using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace MailAdmin.Core.Transfer;

/// <summary>The tree of accounts as YAML. Anchors, aliases and tags are refused: they can grow a small file without end or name types.</summary>
public static class YamlAccounts
{
    private const int Deepest = 8;

    /// <summary>Reads a tree.</summary>
    /// <exception cref="ImportFormatException">It is not one.</exception>
    public static IEnumerable<ImportRow> Read(Stream stream)
    {
        using var text = ImportLimits.Text(stream);
        try
        {
            var reader = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build();
            return (reader.Deserialize<AccountTree?>(new Plain(new Parser(text))) ?? throw new ImportFormatException("The file holds nothing. It must begin with: domains:")).Rows();
        }
        catch (YamlException e)
        {
            throw new ImportFormatException($"The file is not such a tree (line {e.Start.Line}): {Addresses.ShownText.Of((e.InnerException ?? e).Message, 300)}", e);
        }
        catch (System.Text.DecoderFallbackException e)
        {
            throw new ImportFormatException("The file is not UTF-8. Convert it first, such as with iconv.", e);
        }
    }

    internal static ISerializer Writer() => new SerializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithQuotingNecessaryStrings()
        .ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull).DisableAliases().Build();

    private sealed class Plain(IParser inner) : IParser
    {
        private int _depth;

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            if (!inner.MoveNext()) return false;
            var here = inner.Current!;
            if (here is AnchorAlias || here is NodeEvent { Anchor.IsEmpty: false }) throw new ImportFormatException($"Line {here.Start.Line} holds an anchor or alias (& or *). Write the value itself, in quotes when it begins so.");
            if (here is NodeEvent { Tag.IsEmpty: false } and not Scalar { Tag.IsNonSpecific: true }) throw new ImportFormatException($"Line {here.Start.Line} holds a tag (!). Write the value without it, in quotes when it begins so.");
            _depth += here.NestingIncrease;
            return _depth <= Deepest + 2 ? true : throw new ImportFormatException($"Line {here.Start.Line} is nested deeper than such a tree can be.");
        }
    }
}
