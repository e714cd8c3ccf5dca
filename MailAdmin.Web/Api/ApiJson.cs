using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core;

namespace MailAdmin.Web.Api;

/// <summary>How the API writes and reads JSON: camel case, names for enums, nothing unknown taken.</summary>
internal static class ApiJson
{
    public static void Configure(JsonSerializerOptions json)
    {
        // An unknown property is a mistake of the caller that silence would hide.
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.MaxDepth = 16;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        json.Converters.Add(new OptionalConverters());
    }

    // Present, also as null, means set; absent leaves the default, which is "unchanged".
    private sealed class OptionalConverters : JsonConverterFactory
    {
        public override bool CanConvert(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

        public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(type.GetGenericArguments()))!;

        private sealed class Converter<T> : JsonConverter<Optional<T>>
        {
            public override bool HandleNull => true;

            public override Optional<T> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
            {
                try { return new(JsonSerializer.Deserialize<T>(ref reader, options)!); }
                // The inner reader knows the path only from the value on; without one, the outer reader adds the property's.
                catch (JsonException e) { throw new JsonException(e.Message); }
            }

            public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Or(default!), options);
        }
    }
}
