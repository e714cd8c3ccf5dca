using System.Globalization;
using System.Text;
using System.Xml;
using QRCoder;

namespace MailAdmin.Web.ClientSetup;

/// <summary>A QR code as a picture that stands in a page without script or style of its own.</summary>
public static class QrCode
{
    /// <summary>The address of the picture, for an img element: SVG in a data URI.</summary>
    /// <param name="text">What a camera reads: a link, never a password.</param>
    public static string DataUri(string text) => "data:image/svg+xml;base64," + Convert.ToBase64String(Svg(text));

    /// <summary>The picture: black on white also in the dark, since cameras want that.</summary>
    public static byte[] Svg(string text)
    {
        using var code = new QRCodeGenerator().CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix;        // with the quiet zone of four that the standard asks for
        var path = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules[y].Length; x++)
            {
                if (!modules[y][x]) continue;
                var begin = x;
                while (x + 1 < modules[y].Length && modules[y][x + 1]) x++;
                path.Append(CultureInfo.InvariantCulture, $"M{begin} {y}h{x - begin + 1}v1h-{x - begin + 1}z");
            }
        }
        var size = modules.Count.ToString(CultureInfo.InvariantCulture);
        using var file = new MemoryStream();
        using (var svg = XmlWriter.Create(file, new XmlWriterSettings { OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false) }))
        {
            svg.WriteStartElement("svg", "http://www.w3.org/2000/svg");
            svg.WriteAttributeString("viewBox", $"0 0 {size} {size}");
            svg.WriteAttributeString("shape-rendering", "crispEdges");
            Shape("rect", ("width", size), ("height", size), ("fill", "#fff"));
            Shape("path", ("d", path.ToString()), ("fill", "#000"));
            svg.WriteEndElement();

            void Shape(string name, params (string Name, string Value)[] attributes)
            {
                svg.WriteStartElement(name, "http://www.w3.org/2000/svg");
                foreach (var (attribute, value) in attributes) svg.WriteAttributeString(attribute, value);
                svg.WriteEndElement();
            }
        }
        return file.ToArray();
    }
}
