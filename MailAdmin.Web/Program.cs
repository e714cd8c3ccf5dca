using MailAdmin.Web.Commands;

return await CommandLine.RunAsync(args, Terminal.OfProcess(), CancellationToken.None);
