using System.Globalization;
using System.Text;
using System.Xml;

namespace MailAdmin.Core.ClientSetup;

/// <summary>How every XML format is written: by a writer, UTF-8 without byte-order mark, lines ended by LF.</summary>
internal static class Formats
{
    public static byte[] Xml(Action<XmlWriter> write)
    {
        using var file = new MemoryStream();
        using (var xml = XmlWriter.Create(file, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartDocument();
            write(xml);
            xml.WriteEndDocument();
        }
        file.WriteByte((byte)'\n');
        return file.ToArray();
    }

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
