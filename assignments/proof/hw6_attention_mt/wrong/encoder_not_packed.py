# misconception: padding is read like words
# loses: encoder_test encoder_states_hidden encoder_last_hidden
# %% encoder
class Encoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size):
        super().__init__()
        self.glossary = nn.Embedding(vocab_size, input_size)
        self.reads = nn.LSTM(input_size, hidden_size, batch_first=True, bidirectional=True)

    def forward(self, source, keep):
        told, ends = self.reads(self.glossary(source))
        told = told * keep[:, :, None]
        return told, tuple(torch.cat(end.unbind(), dim=1) for end in ends)
