using System.Xml;
using System.Xml.Schema;

namespace MailAdmin.Tests.ClientSetup;

/// <summary>The schema of config-v1.1.xml (autoconfig-1.1.xsd beside this file).</summary>
internal static class AutoconfigSchema
{
    private static readonly Lazy<XmlSchemaSet> Schema = new(() =>
    {
        var set = new XmlSchemaSet { XmlResolver = null };
        using var file = typeof(AutoconfigSchema).Assembly.GetManifestResourceStream("autoconfig-1.1.xsd")!;
        using var reader = XmlReader.Create(file);
        set.Add(null, reader);
        set.Compile();
        return set;
    });

    /// <summary>What is wrong with a file; empty when nothing is.</summary>
    public static string Objection(byte[] file)
    {
        var wrong = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = Schema.Value, ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings, DtdProcessing = DtdProcessing.Prohibit };
        settings.ValidationEventHandler += (_, e) => wrong.Add(e.Message);
        using var xml = XmlReader.Create(new MemoryStream(file), settings);
        while (xml.Read())
        {
            // What is wrong is told to the handler.
        }
        return string.Join("; ", wrong);
    }
}
